#include "widgets/latent/latent_header.h"

#include <QSignalBlocker>

#include "widgets/kit/flow_layout.h"
#include "widgets/paint/plane_map.h"

namespace elbo {

LatentHeader::LatentHeader(QWidget* parent)
    : QWidget(parent),
      kind_(new QComboBox(this)),
      first_(new QComboBox(this)),
      second_(new QComboBox(this)),
      against_(new QLabel(tr("against"), this)),
      density_(new QCheckBox(tr("Density"), this)),
      contours_(new QCheckBox(tr("Contours"), this)),
      points_(new QCheckBox(tr("Codes"), this)),
      ellipses_(new QCheckBox(tr("Ellipses"), this)),
      following_(new QCheckBox(tr("Follow"), this)),
      fit_(new QToolButton(this)) {
    auto* row = new FlowLayout(this);
    row->setContentsMargins(6, 4, 6, 4);
    row->setSpacing(8);
    for (QWidget* widget : std::initializer_list<QWidget*>{kind_, first_, against_, second_, density_, contours_,
                                                           points_, ellipses_, following_, fit_}) {
        row->addWidget(widget);
    }
    kind_->addItems({tr("Axes"), tr("Principal plane")});
    kind_->setToolTip(tr("Two coordinates of the code, or the plane in which q(z) varies most"));
    first_->setToolTip(tr("Coordinate to the right"));
    second_->setToolTip(tr("Coordinate upwards"));
    density_->setToolTip(tr("Fill the plane with the aggregated posterior q(z)"));
    contours_->setToolTip(tr("Outline the regions that hold 25, 50, 75 and 95 % of q(z) and of the prior p(z)"));
    points_->setToolTip(tr("Mean code of each example, coloured by class"));
    ellipses_->setToolTip(tr("Posterior q(z|x) of some examples: the ellipse at one sigma"));
    following_->setToolTip(tr("Move the window when the codes leave it; panning and zooming by hand end this"));
    fit_->setText(tr("Fit"));
    fit_->setToolTip(tr("Show all codes (F or double click)"));
    setLayers({});
    following_->setChecked(true);

    for (QCheckBox* box : {density_, contours_, points_, ellipses_}) {
        connect(box, &QCheckBox::toggled, this, [this] { Q_EMIT layersChosen(layers()); });
    }
    connect(following_, &QCheckBox::toggled, this, &LatentHeader::followingChosen);
    connect(fit_, &QToolButton::clicked, this, &LatentHeader::fitRequested);
    connect(kind_, &QComboBox::currentIndexChanged, this, [this] {
        refreshPlaneControls();
        Q_EMIT planeChosen(plane());
    });
    connect(first_, &QComboBox::currentIndexChanged, this, [this] { chooseAxis(first_, second_); });
    connect(second_, &QComboBox::currentIndexChanged, this, [this] { chooseAxis(second_, first_); });
    refreshPlaneControls();
}

void LatentHeader::chooseAxis(QComboBox* changed, QComboBox* other) {
    // A plane needs two different axes: choosing the other's axis swaps them.
    if (changed->currentIndex() == other->currentIndex()) {
        const QSignalBlocker quiet(other);
        other->setCurrentIndex((changed->currentIndex() + 1) % latentDim_);
    }
    Q_EMIT planeChosen(plane());
}

void LatentHeader::refreshPlaneControls() {
    const bool planes = latentDim_ > 2, axes = planes && kind_->currentIndex() == 0;
    kind_->setVisible(planes);
    first_->setVisible(axes);
    against_->setVisible(axes);
    second_->setVisible(axes);
    contours_->setVisible(latentDim_ > 1);
    ellipses_->setVisible(latentDim_ > 1);
    density_->setText(latentDim_ > 1 ? tr("Density") : tr("Fill"));
    updateGeometry();
}

void LatentHeader::setLatentDim(int dim) {
    if (dim == latentDim_ || dim < 1) {
        return;
    }
    const LatentPlane before = plane();
    latentDim_ = dim;
    const QSignalBlocker quietFirst(first_), quietSecond(second_);
    for (QComboBox* box : {first_, second_}) {
        box->clear();
        for (int axis = 0; axis < dim; ++axis) {
            box->addItem(axisTitle(QStringLiteral("z%1").arg(axis + 1).toStdString()));
        }
    }
    setPlane(before);
    refreshPlaneControls();
}

void LatentHeader::setPlane(const LatentPlane& plane) {
    const QSignalBlocker quiet(kind_), quietFirst(first_), quietSecond(second_);
    kind_->setCurrentIndex(plane.principal ? 1 : 0);
    const bool inside = plane.first != plane.second && plane.first < latentDim_ && plane.second < latentDim_;
    first_->setCurrentIndex(inside ? plane.first : 0);
    second_->setCurrentIndex(inside ? plane.second : 1);
    refreshPlaneControls();
}

LatentPlane LatentHeader::plane() const {
    LatentPlane plane;
    plane.principal = kind_->currentIndex() == 1;
    plane.first = std::max(0, first_->currentIndex());
    plane.second = second_->currentIndex() < 0 ? 1 : second_->currentIndex();
    return plane;
}

void LatentHeader::setLayers(const LatentLayers& layers) {
    const QSignalBlocker a(density_), b(contours_), c(points_), d(ellipses_);
    density_->setChecked(layers.density);
    contours_->setChecked(layers.contours);
    points_->setChecked(layers.points);
    ellipses_->setChecked(layers.ellipses);
}

LatentLayers LatentHeader::layers() const {
    return {density_->isChecked(), contours_->isChecked(), points_->isChecked(), ellipses_->isChecked()};
}

void LatentHeader::setFollowing(bool following) {
    const QSignalBlocker quiet(following_);
    following_->setChecked(following);
}

}  // namespace elbo
