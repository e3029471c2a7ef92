// The row of controls above the latent canvases: plane, layers, following.
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QToolButton>
#include <QWidget>

#include "training/frame/view_request.h"
#include "widgets/latent/latent_scene.h"

namespace elbo {

/// GUI thread only. Setters do not signal; the reader's own choices do.
class LatentHeader : public QWidget {
    Q_OBJECT
  public:
    explicit LatentHeader(QWidget* parent = nullptr);

    /// Offers planes when there is more than one, and hides layers that one-dimensional codes do not have.
    void setLatentDim(int dim);
    void setPlane(const LatentPlane& plane);
    LatentPlane plane() const;
    void setLayers(const LatentLayers& layers);
    LatentLayers layers() const;
    void setFollowing(bool following);

  Q_SIGNALS:
    void planeChosen(const elbo::LatentPlane& plane);
    void layersChosen(const elbo::LatentLayers& layers);
    void followingChosen(bool following);
    void fitRequested();

  private:
    void chooseAxis(QComboBox* changed, QComboBox* other);
    void refreshPlaneControls();

    int latentDim_ = 2;
    QComboBox* kind_;
    QComboBox* first_;
    QComboBox* second_;
    QLabel* against_;
    QCheckBox* density_;
    QCheckBox* contours_;
    QCheckBox* points_;
    QCheckBox* ellipses_;
    QCheckBox* following_;
    QToolButton* fit_;
};

}  // namespace elbo
