#include "widgets/exact/posterior_view.h"

#include <QButtonGroup>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/chart/plotting.h"
#include "widgets/exact/shown_exact.h"
#include "widgets/paint/axes_painter.h"

namespace elbo {
namespace {

/// The prior lies within this: a collapsed map is to be seen as a spot, not enlarged.
constexpr double kLeastReach = 2.0;
constexpr std::size_t kMostExamples = 12;  ///< more pictures than this are too small to read

QString csvNumber(double value) {
    return QString::number(value, 'g', 7);
}

QString quoted(const std::string& name) {
    return '"' + QString::fromStdString(name).replace('"', "\"\"") + '"';
}

}  // namespace

PosteriorView::PosteriorView(QWidget* parent) : View(parent) {
    setAccessibleName(title());
    source_ = new QLabel(this);
    source_->setProperty("role", "muted");
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
    row_ = new FlowLayout;
    row_->setContentsMargins(8, 2, 6, 0);
    row_->setSpacing(2);
    for (QWidget* part : {static_cast<QWidget*>(source_), static_cast<QWidget*>(entry_),
                          static_cast<QWidget*>(posteriors_), static_cast<QWidget*>(means_)}) {
        row_->addWidget(part);
    }
    row_->setRightFrom(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row_);
    layout->addStretch(1);

    connect(posteriors_, &QToolButton::clicked, this, [this] { setContent(PosteriorContent::Posteriors); });
    connect(means_, &QToolButton::clicked, this, [this] { setContent(PosteriorContent::Means); });
    connect(entry_, &QLineEdit::editingFinished, this, &PosteriorView::readExamples);
    connect(&densityAxis_, &EasedAxis::moved, this, qOverload<>(&QWidget::update));
    setTheme(theme_);
    prepare();
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

void PosteriorView::ask(ViewRequest& request, const ViewSubject& /*subject*/) const {
    request.exact = true;
    request.posteriorExamples = examples_;
}

void PosteriorView::showFrame(std::shared_ptr<const Frame> frame) {
    const bool known = sameExact(frame_.get(), frame.get());
    frame_ = std::move(frame);
    if (!known) {
        prepare();
    }
}

void PosteriorView::setFocusMember(int member) {
    if (member != focus_) {
        focus_ = member;
        prepare();
    }
}

void PosteriorView::prepare() {
    source_->setText(exactSource(frame_.get(), focus_));
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
    update();
}

void PosteriorView::setTheme(const Theme& theme) {
    theme_ = theme;
    source_->setFont(theme.font(0.85));
    entry_->setFont(theme.font(0.85));
    entry_->setFixedWidth(QFontMetrics(entry_->font()).horizontalAdvance("1, 22, 333, 4444") + 12);
    posteriors_->setFont(theme.font(0.85));
    means_->setFont(theme.font(0.85));
    update();
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

QRectF PosteriorView::canvas() const {
    return QRectF(rect()).adjusted(0.0, row_->geometry().bottom() + 1.0, 0.0, 0.0);
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
    for (const PosteriorSpot& spot : posteriorSpots(canvas(), picture(), theme_, this)) {
        if (spot.area.contains(event->position())) {
            chooseMember(spot.member, event->modifiers());
            return;
        }
    }
}

bool PosteriorView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        for (const PosteriorSpot& spot : posteriorSpots(canvas(), picture(), theme_, this)) {
            if (spot.area.contains(help->pos())) {
                QToolTip::showText(help->globalPos(), spot.text, this, spot.area.toAlignedRect());
                return true;
            }
        }
        QToolTip::hideText();
        return true;
    }
    return View::event(event);
}

void PosteriorView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    paintPosteriors(painter, area, picture(), inPainterUnits(theme, painter.device()));
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
        const auto second = [plane](double value) { return plane ? csvNumber(value) : QString(); };
        for (const PosteriorPair& pair : exact.posteriors) {
            text += QString("%1,%2,%3,").arg(exact.member).arg(quoted(pair.name)).arg(pair.label) +
                    QStringList{csvNumber(pair.gap),   csvNumber(pair.trueMeanX), second(pair.trueMeanY),
                                csvNumber(pair.meanX), second(pair.meanY),        csvNumber(pair.varianceX),
                                second(pair.varianceY)}
                        .join(',') +
                    '\n';
        }
    }
    text +=
        "\n# means of the true posterior and of the encoder\n"
        "member,label,true_mean_1,true_mean_2,mean_1,mean_2\n";
    for (const ExactFrame& exact : frame_->exactFrames) {
        const auto second = [](const std::vector<float>& values, std::size_t i) {
            return i < values.size() ? csvNumber(values[i]) : QString();
        };
        for (std::size_t i = 0; i < std::min(exact.trueMeanX.size(), exact.encoderMeanX.size()); ++i) {
            text += QString("%1,%2,").arg(exact.member).arg(i < exact.labels.size() ? exact.labels[i] : -1) +
                    QStringList{csvNumber(exact.trueMeanX[i]), second(exact.trueMeanY, i),
                                csvNumber(exact.encoderMeanX[i]), second(exact.encoderMeanY, i)}
                        .join(',') +
                    '\n';
        }
    }
    return text;
}

}  // namespace elbo
