#include "widgets/latent/latent_csv.h"

#include <QStringList>

#include "widgets/kit/csv.h"

namespace elbo {
namespace {

double at(const std::vector<float>& values, std::size_t index) {
    return index < values.size() ? values[index] : 0.0;
}

void addCodes(QString& text, const LatentFrame& latent) {
    const bool line = latent.latentDim == 1;
    text += QStringLiteral("# codes of member %1\n").arg(latent.member);
    text += line ? QStringLiteral("mean_z1,variance_z1,label\n")
                 : QStringLiteral("mean_x,mean_y,variance_x,variance_y,covariance_xy,label\n");
    for (std::size_t i = 0; i < latent.meanX.size(); ++i) {
        QStringList row{csvFloat(latent.meanX[i])};
        if (line) {
            row << csvFloat(at(latent.varianceX, i));
        } else {
            row << csvFloat(at(latent.meanY, i)) << csvFloat(at(latent.varianceX, i))
                << csvFloat(at(latent.varianceY, i)) << csvFloat(at(latent.covarianceXY, i));
        }
        row << (i < latent.labels.size() ? QString::number(latent.labels[i]) : QString());
        text += row.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
}

void addDensities(QString& text, const LatentFrame& latent) {
    const GridDensity& grid = latent.aggregatedPosterior;
    const bool line = latent.latentDim == 1;
    text += QStringLiteral("# densities of member %1\n").arg(latent.member);
    QStringList header = line ? QStringList{"z1", "q", "p"} : QStringList{"x", "y", "q", "p"};
    for (const PosteriorCurve& curve : latent.curves) {
        header << csvText(QStringLiteral("q(z|%1)").arg(QString::fromStdString(curve.name)));
    }
    text += header.join(QLatin1Char(',')) + QLatin1Char('\n');
    const auto columns = static_cast<std::size_t>(std::max(0, grid.columns));
    for (std::size_t i = 0; i < grid.values.size() && columns > 0; ++i) {
        const std::size_t rowIndex = i / columns;
        const auto column = static_cast<double>(i % columns), row = static_cast<double>(rowIndex);
        const double x = grid.window.xMin + (column + 0.5) * (grid.window.xMax - grid.window.xMin) / grid.columns;
        const double y = grid.window.yMin + (row + 0.5) * (grid.window.yMax - grid.window.yMin) / grid.rows;
        QStringList cells{csvFloat(x)};
        if (!line) {
            cells << csvFloat(y);
        }
        cells << csvFloat(grid.values[i]) << csvFloat(at(latent.prior.values, i));
        for (const PosteriorCurve& curve : latent.curves) {
            cells << csvFloat(at(curve.density, i));
        }
        text += cells.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
}

}  // namespace

QString latentCsv(const Frame& frame) {
    QString text;
    for (const LatentFrame& latent : frame.latents) {
        if (!text.isEmpty()) {
            text += QLatin1Char('\n');
        }
        addCodes(text, latent);
        text += QLatin1Char('\n');
        addDensities(text, latent);
    }
    return text;
}

}  // namespace elbo
