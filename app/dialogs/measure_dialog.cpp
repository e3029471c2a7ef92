#include "app/dialogs/measure_dialog.h"

#include <QCloseEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSaveFile>
#include <QVBoxLayout>
#include <algorithm>
#include <exception>
#include <utility>

#include "app/process/thread_budget.h"
#include "app/runs/measure_text.h"
#include "training/engine/trainer.h"
#include "training/files/csv.h"
#include "training/measure/image_classifier.h"
#include "training/metrics/progress.h"
#include "training/step/failure_words.h"
#include "training/step/worker_thread.h"
#include "widgets/fleet/member_name.h"
#include "widgets/kit/numbers.h"
#include "widgets/kit/plain_text.h"
#include "widgets/kit/screen_room.h"

namespace elbo {

namespace {

constexpr int kNice = 15;
constexpr int kProgressParts = 1000;
constexpr int kMeaningWidth = 360;

/// Says at its end that a thread has nothing left to do.
class EndMark {
  public:
    explicit EndMark(std::shared_ptr<std::atomic<bool>> ended) : ended_(std::move(ended)) {}
    ~EndMark() { ended_->store(true); }
    EndMark(const EndMark&) = delete;
    EndMark& operator=(const EndMark&) = delete;

  private:
    std::shared_ptr<std::atomic<bool>> ended_;
};

QString quoted(const QString& text) {
    return QString::fromStdString(csvText(text.toStdString()));
}

}  // namespace

MeasureDialog::MeasureDialog(std::function<ModelOnShow()> subject, QWidget* parent)
    : QDialog(parent), subject_(std::move(subject)) {
    setWindowTitle(tr("All measures"));
    state_ = new QLabel(
        tr("Likelihoods, information, divergences and tests of the model on show. Training goes on meanwhile."));
    state_->setObjectName("state");
    state_->setTextFormat(Qt::PlainText);  // it names experiments and files
    state_->setWordWrap(true);
    progress_ = new QProgressBar;
    progress_->setRange(0, kProgressParts);
    progress_->setTextVisible(false);
    start_ = new QPushButton(tr("&Measure"));
    start_->setObjectName("measure");
    save_ = new QPushButton(tr("&Save as CSV..."));
    save_->setEnabled(false);
    table_ = new QTableWidget;
    table_->setObjectName("measures");
    table_->setAccessibleName(tr("All measures"));
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setAlternatingRowColors(true);
    table_->verticalHeader()->hide();
    table_->setWordWrap(true);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(start_);
    buttons->addWidget(progress_, 1);
    buttons->addWidget(save_);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(state_);
    layout->addLayout(buttons);
    layout->addWidget(table_, 1);
    connect(start_, &QPushButton::clicked, this, [this] { measuring() ? cancel() : measure(); });
    connect(save_, &QPushButton::clicked, this, &MeasureDialog::save);
    fitToScreen(*this, {860, 640});
}

MeasureDialog::~MeasureDialog() = default;

void MeasureDialog::measure() {
    cancel();
    const ModelOnShow subject = subject_();
    if (subject.snapshot == nullptr) {
        state_->setText(tr("There is no model yet: open an experiment first."));
        return;
    }
    std::erase_if(givenUp_, [](const GivenUp& job) { return job.ended->load(); });
    ended_ = std::make_shared<std::atomic<bool>>(false);
    start_->setText(tr("&Cancel"));
    // A worker posts to this object's event loop; what it posts after it was given up is dropped by its number.
    const auto post = [this, job = ++job_](auto&& deliver) {
        QMetaObject::invokeMethod(
            this,
            [this, job, deliver = std::forward<decltype(deliver)>(deliver)] {
                if (job == job_) {
                    deliver();
                }
            },
            Qt::QueuedConnection);
    };
    thread_ = std::jthread([this, subject, post, ended = ended_](const std::stop_token& stop) {
        const EndMark mark(ended);
        prepareWorkerThread(1, false);
        lowerThreadPriority(kNice);
        try {
            ModelMeasureOptions options;
            options.cacheFolder = userCacheFolder();
            const ModelMeasures measures = measureModel(
                *subject.snapshot, subject.experiment, *subject.dataset, options,
                [&](const std::string& what, double share) {
                    post([this, text = QString::fromStdString(what), share] { showProgress(text, share); });
                },
                stop);
            post([this, subject, measures] { showResult(subject, measures); });
        } catch (const MeasureStopped&) {
            return;
        } catch (const std::exception& error) {
            post([this, message = QString::fromStdString(failureWords(error))] { finish(message); });
        }
    });
}

void MeasureDialog::cancel() {
    if (measuring()) {
        ++job_;
        finish(tr("Cancelled."));
    }
}

void MeasureDialog::showProgress(const QString& what, double share) {
    state_->setText(tr("Measuring %1").arg(what));
    progress_->setValue(static_cast<int>(kProgressParts * std::clamp(share, 0.0, 1.0)));
}

void MeasureDialog::finish(const QString& message) {
    if (thread_.joinable()) {
        // The window does not wait for a thread of the lowest priority: it ends by itself, and nobody asks for what it
        // still says.
        thread_.request_stop();
        givenUp_.push_back({ended_, std::move(thread_)});
    }
    start_->setText(tr("&Measure"));
    progress_->setValue(0);
    state_->setText(message);
}

void MeasureDialog::showResult(const ModelOnShow& subject, const ModelMeasures& measures) {
    const std::vector<Knobs>& knobs = subject.snapshot->objective.knobs;
    QStringList headers{tr("Measure")};
    for (int member = 0; member < static_cast<int>(knobs.size()); ++member) {
        headers.append(knobs.size() == 1 ? tr("Value") : memberName(knobs, member));
    }
    headers << tr("Unit") << tr("What it says");
    const int meaning = static_cast<int>(headers.size()) - 1;
    table_->clear();
    table_->setColumnCount(static_cast<int>(headers.size()));
    table_->setHorizontalHeaderLabels(headers);
    table_->setRowCount(0);
    const auto addRow = [&](const QString& name, const QStringList& values, const QString& unit, const QString& text) {
        const int row = table_->rowCount();
        table_->insertRow(row);
        table_->setItem(row, 0, new QTableWidgetItem(name));
        for (int i = 0; i < values.size(); ++i) {
            auto* item = new QTableWidgetItem(values[i]);
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            table_->setItem(row, 1 + i, item);
        }
        table_->setItem(row, meaning - 1, new QTableWidgetItem(unit));
        table_->setItem(row, meaning, new QTableWidgetItem(text));
        table_->item(row, meaning)->setToolTip(plainTip(text));
    };
    for (const MeasuredMetric& metric : measures.measurements) {
        QStringList values;
        for (const Measured& value : metric.values) {
            values.append(QString::fromStdString(measuredText(value)));
        }
        addRow(QString::fromStdString(metric.name), values, QString::fromStdString(metricUnit(metric.name)),
               QString::fromStdString(metricMeaning(metric.name)));
    }
    for (const auto& [name, reason] : measures.unavailable) {
        addRow(QString::fromStdString(name), {}, {}, tr("Not measured: %1").arg(QString::fromStdString(reason)));
    }
    table_->resizeColumnsToContents();
    table_->setColumnWidth(meaning, kMeaningWidth);  // sentences are wrapped
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->horizontalHeaderItem(meaning)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table_->resizeRowsToContents();
    save_->setEnabled(true);
    finish(tr("%1 at step %2. After ± stands the standard error, or that of the quadrature.")
               .arg(QString::fromStdString(subject.experiment.title.empty() ? subject.experiment.name
                                                                            : subject.experiment.title),
                    countText(subject.snapshot->step)));
}

QString MeasureDialog::csv() const {
    QStringList lines;
    QStringList cells;
    for (int column = 0; column < table_->columnCount(); ++column) {
        cells.append(quoted(table_->horizontalHeaderItem(column)->text()));
    }
    lines.append(cells.join(','));
    for (int row = 0; row < table_->rowCount(); ++row) {
        cells.clear();
        for (int column = 0; column < table_->columnCount(); ++column) {
            const QTableWidgetItem* item = table_->item(row, column);
            cells.append(quoted(item == nullptr ? QString() : item->text()));
        }
        lines.append(cells.join(','));
    }
    return lines.join('\n') + '\n';
}

void MeasureDialog::save() {
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Save measures"), suggestedFile_(), tr("Comma-separated values (*.csv)"));
    if (path.isEmpty()) {
        return;
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(csv().toUtf8()) < 0 || !file.commit()) {
        state_->setText(tr("%1 was not written: %2. Choose another folder.").arg(path, file.errorString()));
        return;
    }
    Q_EMIT saved(path);
}

void MeasureDialog::closeEvent(QCloseEvent* event) {
    cancel();
    QDialog::closeEvent(event);
}

}  // namespace elbo
