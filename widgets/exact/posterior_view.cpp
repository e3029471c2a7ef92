#include "widgets/exact/posterior_view.h"

#include <QButtonGroup>
#include <QMouseEvent>
#include <QPainter>
#include <QRegularExpression>
#include <algorithm>

#include "widgets/chart/plotting.h"
#include "widgets/exact/shown_exact.h"
#include "widgets/kit/csv.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/paper_device.h"

namespace elbo {
namespace {

/// The prior lies within this: a collapsed map is to be seen as a spot, not enlarged.
constexpr double kLeastReach = 2.0;
constexpr std::size_t kMostExamples = 12;  ///< more pictures than this are too small to read

/// A point of the latent plane as two cells; on a line the second one is empty.
QString pointCells(double x, double y, bool plane) {
    return csvFloat(x) + ',' + (plane ? csvFloat(y) : QString());
}

}  // namespace

PosteriorView::PosteriorView(QWidget* parent) : ExactView(parent) {
    setAccessibleName(title());
    auto* group = new QButtonGroup(this);
    const auto button = [&](const char* name, const QString& text, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setObjectName(name);
        made->setText(text);
        made->setToolTip(tip);
        made->setCheckable(true);
        group->addButton(made);
        return made;
    };
    posteriors_ = button("posteriors", tr("Posteriors"),
                         tr("A few examples: the filled regions are the true posterior, the rings the encoder's."));
    means_ = button("means", tr("Means"),
                    tr("Many examples: where the encoder puts each of them, and where it belongs. An encoder that lags "
                       "behind the model stays nearer to 0; after a collapse everything is at 0."));
    posteriors_->setChecked(true);
    entry_ = new QLineEdit(this);
    entry_->setObjectName("examples");
    entry_->setPlaceholderText(tr("which, as 3, 14"));
    entry_->setToolTip(tr("Which test examples are shown, counted from 1, as 3, 14, 15. Empty: one of each class."));
    entry_->setAccessibleName(tr("Examples"));
    addControl(entry_);
    addControl(posteriors_);
    addControl(means_);

    connect(posteriors_, &QToolButton::clicked, this, [this] { setContent(PosteriorContent::Posteriors); });
    connect(means_, &QToolButton::clicked, this, [this] { setContent(PosteriorContent::Means); });
    connect(entry_, &QLineEdit::editingFinished, this, &PosteriorView::readExamples);
    connect(&densityAxis_, &EasedAxis::moved, this, qOverload<>(&QWidget::update));
    setTheme(theme_);
}

void PosteriorView::readExamples() {
    std::vector<int> examples;
    QStringList kept;
    for (const QString& part : entry_->text().split(QRegularExpression("[^0-9]+"), Qt::SkipEmptyParts)) {
        bool fits = false;
        const int place = part.toInt(&fits);
        const bool known = std::find(examples.begin(), examples.end(), place - 1) != examples.end();
        if (fits && place >= 1 && !known && examples.size() < kMostExamples) {
            examples.push_back(place - 1);
            kept << part;
        }
    }
    entry_->setText(kept.join(", "));  // what is not shown does not stay as if it were
    examples_ = std::move(examples);
}

QString PosteriorView::explanation() const {
    return tr(
        "Which codes truly explain an example, p(z|x), beside what the encoder answers, q(z|x). KL is the gap "
        "between them in nats: 0 where the encoder is right.");
}

void PosteriorView::ask(ViewRequest& request, const ViewSubject& subject) const {
    ExactView::ask(request, subject);
    request.posteriorExamples = examples_;
}

void PosteriorView::prepare() {
    scenes_.clear();
    double peak = 0.0, tile = 0.0, line = kLeastReach, means = kLeastReach;
    if (frame_) {
        for (const ExactFrame* exact : shownExact(*frame_, focus_)) {
            scenes_.push_back(preparePosteriorScene(*exact));
            const PosteriorScene& scene = scenes_.back();
            peak = std::max(peak, scene.peak);
            tile = std::max(tile, scene.tileReach);
            line = std::max(line, scene.lineReach);
            means = std::max(means, scene.meansReach);
        }
    }
    if (!scenes_.empty()) {
        axes_.tile = steadyReach(axes_.tile, tile, false);
        axes_.line = steadyReach(axes_.line, line, true);
        axes_.means = steadyReach(axes_.means, means, true);
    }
    if (peak > 0.0) {
        densityAxis_.hold(peak);
        axes_.density = EasedAxis::holding(peak);
    }
}

void PosteriorView::setTheme(const Theme& theme) {
    ExactView::setTheme(theme);
    entry_->setFixedWidth(QFontMetrics(entry_->font()).horizontalAdvance("1, 22, 333, 4444") + 12);
}

void PosteriorView::setContent(PosteriorContent content) {
    posteriors_->setChecked(content == PosteriorContent::Posteriors);
    means_->setChecked(content == PosteriorContent::Means);
    content_ = content;
    entry_->setEnabled(content == PosteriorContent::Posteriors);
    update();
}

PosteriorPicture PosteriorView::picture() const {
    PosteriorPicture picture{content_, &scenes_, axes_, {}, {}};
    if (frame_) {
        picture.knobs = frame_->knobs;
        picture.labelNames = frame_->labelNames;
    }
    return picture;
}

void PosteriorView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.panel);
    PosteriorPicture shown = picture();
    shown.axes.density = densityAxis_.maximum();
    paintPosteriors(painter, canvas(), shown, theme_);
}

void PosteriorView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || scenes_.size() < 2) {
        return;
    }
    for (const ExactSpot& spot : spots()) {
        if (spot.area.contains(event->position())) {
            chooseMember(spot.member, event->modifiers());
            return;
        }
    }
}

std::vector<ExactSpot> PosteriorView::spots() const {
    return posteriorSpots(canvas(), picture(), theme_, this);
}

void PosteriorView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    paintPosteriors(painter, area, picture(), inPainterUnits(theme, painter.device()));
}

QSizeF PosteriorView::leastFigure(double width) const {
    return leastPosteriors(picture(), kPaperZoom * width, zoomedPaper(), paperDevice()) / kPaperZoom;
}

QString PosteriorView::csv() const {
    QString text =
        "# true posterior and encoder of single examples, nats and latent units\n"
        "member,example,label,kl_posterior,true_mean_1,true_mean_2,mean_1,mean_2,variance_1,variance_2\n";
    if (!frame_) {
        return text;
    }
    for (const ExactFrame& exact : frame_->exactFrames) {
        const bool plane = exact.latentDim == 2;
        for (const PosteriorPair& pair : exact.posteriors) {
            text += QStringList{QString::number(exact.member),
                                csvText(QString::fromStdString(pair.name)),
                                QString::number(pair.label),
                                csvFloat(pair.gap),
                                pointCells(pair.trueMeanX, pair.trueMeanY, plane),
                                pointCells(pair.meanX, pair.meanY, plane),
                                pointCells(pair.varianceX, pair.varianceY, plane)}
                        .join(',') +
                    '\n';
        }
    }
    text +=
        "\n# means of the true posterior and of the encoder\n"
        "member,label,true_mean_1,true_mean_2,mean_1,mean_2\n";
    for (const ExactFrame& exact : frame_->exactFrames) {
        const auto point = [](const std::vector<float>& xs, const std::vector<float>& ys, std::size_t i) {
            const bool plane = i < ys.size();
            return pointCells(xs[i], plane ? ys[i] : 0.0F, plane);
        };
        for (std::size_t i = 0; i < std::min(exact.trueMeanX.size(), exact.encoderMeanX.size()); ++i) {
            text += QString("%1,%2,").arg(exact.member).arg(i < exact.labels.size() ? exact.labels[i] : -1) +
                    point(exact.trueMeanX, exact.trueMeanY, i) + ',' +
                    point(exact.encoderMeanX, exact.encoderMeanY, i) + '\n';
        }
    }
    return text;
}

}  // namespace elbo
