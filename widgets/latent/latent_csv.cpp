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
    for (std::size_t i = 0; i < latent.meanX.size(); ++i) {
        QStringList row{QString::number(latent.member), csvFloat(latent.meanX[i])};
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

void addDensities(QString& text, const LatentFrame& latent, std::size_t curves) {
    const GridDensity& grid = latent.aggregatedPosterior;
    const auto columns = static_cast<std::size_t>(std::max(0, grid.columns));
    for (std::size_t i = 0; i < grid.values.size() && columns > 0; ++i) {
        const std::size_t rowIndex = i / columns;
        const auto column = static_cast<double>(i % columns), row = static_cast<double>(rowIndex);
        const double x = grid.window.xMin + (column + 0.5) * (grid.window.xMax - grid.window.xMin) / grid.columns;
        const double y = grid.window.yMin + (row + 0.5) * (grid.window.yMax - grid.window.yMin) / grid.rows;
        QStringList cells{QString::number(latent.member), csvFloat(x)};
        if (latent.latentDim != 1) {
            cells << csvFloat(y);
        }
        cells << csvFloat(grid.values[i]) << csvFloat(at(latent.prior.values, i));
        for (std::size_t k = 0; k < curves; ++k) {
            cells << (k < latent.curves.size() ? csvFloat(at(latent.curves[k].density, i)) : QString());
        }
        text += cells.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
}

}  // namespace

QString latentCsv(const Frame& frame) {
    if (frame.latents.empty()) {
        return {};
    }
    // All members have the same latent space and are asked about the same examples.
    const LatentFrame& first = frame.latents.front();
    const bool line = first.latentDim == 1;
    QString text = QStringLiteral("# codes\n") +
                   (line ? QStringLiteral("member,mean_z1,variance_z1,label\n")
                         : QStringLiteral("member,mean_x,mean_y,variance_x,variance_y,covariance_xy,label\n"));
    for (const LatentFrame& latent : frame.latents) {
        addCodes(text, latent);
    }
    QStringList header = line ? QStringList{"member", "z1", "q", "p"} : QStringList{"member", "x", "y", "q", "p"};
    for (const PosteriorCurve& curve : first.curves) {
        header << csvText(QStringLiteral("q(z|%1)").arg(QString::fromStdString(curve.name)));
    }
    text += QStringLiteral("\n# densities\n") + header.join(QLatin1Char(',')) + QLatin1Char('\n');
    for (const LatentFrame& latent : frame.latents) {
        addDensities(text, latent, first.curves.size());
    }
    return text;
}

}  // namespace elbo
