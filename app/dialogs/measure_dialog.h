// Every measure of the papers for the model on show, on demand: the expensive ones with progress and cancel.
#pragma once

#include <QDialog>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "training/data/dataset.h"
#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"
#include "training/measure/measures/model_measures.h"

namespace elbo {

/// What is measured: a model at one step. Empty while nothing is open.
struct ModelOnShow {
    std::shared_ptr<const Snapshot> snapshot;
    std::shared_ptr<const Dataset> dataset;
    Experiment experiment;
};

/// GUI thread. Modeless; training goes on while it measures on a thread of its own. Cancelling and closing ask that to
/// end and do not wait for it; only the destructor does.
class MeasureDialog : public QDialog {
    Q_OBJECT
  public:
    /// `subject` says what is on show when "Measure" is pressed.
    MeasureDialog(std::function<ModelOnShow()> subject, QWidget* parent);
    ~MeasureDialog() override;

    /// Starts measuring the model on show; a measurement under way is given up first.
    void measure();
    /// Gives up what is under way; the table keeps what it shows.
    void cancel();
    bool measuring() const { return thread_.joinable(); }
    /// The table as comma-separated values, with a header line.
    QString csv() const;
    /// `name` says where and under which name the table is saved unless the reader wants it otherwise.
    void setSuggestedFile(std::function<QString()> name) { suggestedFile_ = std::move(name); }

  Q_SIGNALS:
    void saved(const QString& path);

  protected:
    void closeEvent(QCloseEvent* event) override;

  private:
    void showProgress(const QString& what, double share);
    void showResult(const ModelOnShow& subject, const ModelMeasures& measures);
    void finish(const QString& message);
    void save();

    std::function<ModelOnShow()> subject_;
    std::function<QString()> suggestedFile_ = [] { return QString("measures.csv"); };
    QLabel* state_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QPushButton* start_ = nullptr;
    QPushButton* save_ = nullptr;
    QTableWidget* table_ = nullptr;
    struct GivenUp {
        std::shared_ptr<std::atomic<bool>> ended;
        std::jthread thread;
    };
    int job_ = 0;                               ///< what a measurement that was given up still posts is not shown
    std::shared_ptr<std::atomic<bool>> ended_;  ///< of the one under way
    std::jthread thread_;
    std::vector<GivenUp> givenUp_;  ///< on their way to the end
};

}  // namespace elbo
