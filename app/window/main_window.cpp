#include "app/window/main_window.h"

#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QInputDialog>
#include <QMessageBox>
#include <QMimeData>
#include <QScreen>
#include <QStatusBar>
#include <algorithm>
#include <numeric>
#include <utility>

#include "app/builtin/builtin_experiments.h"
#include "app/process/interruption.h"
#include "app/process/thread_budget.h"
#include "app/runs/run_folder.h"
#include "app/window/shortcuts_dialog.h"
#include "app/window/window_place.h"
#include "widgets/kit/tips.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

namespace elbo {

namespace {

/// The size to begin with, where the screen has room for it and for the frame around it.
QSize firstSize(const QScreen& screen) {
    const QSize room = screen.availableSize();
    return {std::min(1280, room.width()), std::min(800, room.height() * 19 / 20)};
}

/// Where the models of a sweep are shown.
RateDistortionView& planeOf(const Arrangement& arrangement) {
    return *arrangement.findChild<RateDistortionView*>();
}

std::size_t bytesOf(int mebibytes) {
    return static_cast<std::size_t>(mebibytes) << 20U;
}

QStringList dataNames() {
    QStringList names;
    for (const DataEntry& entry : listData()) {
        names.append(QString::fromStdString(entry.name));
    }
    return names;
}

}  // namespace

MainWindow::MainWindow(Settings settings) : settings_(std::move(settings)), history_(session_) {
    arrangement_ = new Arrangement;
    QScrollArea* centre = scrollingWhereTooSmall(arrangement_);
    notice_ = new NoticeBar(centre);
    setCentralWidget(centre);
    presentation_ = new Presentation(*this, *arrangement_);
    qApp->installEventFilter(new WrappedTips(this));
    statusBar()->setSizeGripEnabled(false);
    setAcceptDrops(true);

    actions_ = new Actions(*this);
    documents_ = new Documents(session_, settings_, *actions_, *arrangement_, this);
    choice_ = new ObjectiveChoice(session_, history_, *arrangement_->objective(), this);
    arrangement_->experimentPanel()->setDataNames(dataNames());
    connectActions();
    connectRun();
    connectViews();
    fillBuiltinMenu();

    const WindowState state = settings_.windowState();
    resize(firstSize(*screen()));
    restorePlace(*this, state.geometry);
    arrangement_->restoreSplitters(state.splitters);
    dark_ = state.dark;
    applyTheme();

    refreshTimer_.start(kRefreshInterval);
    connect(&refreshTimer_, &QTimer::timeout, this, &MainWindow::refresh);
}

MainWindow::~MainWindow() = default;

void MainWindow::restoreSession() {
    restoring_ = true;
    if (settings_.hasSession()) {
        session_.openCheckpoint(
            QString::fromStdString(RunFolder::checkpointPath(settings_.sessionFolder().toStdString())));
    } else {
        session_.open(settings_.experimentOfVersion01().value_or(builtinExperiment("digits")));
        session_.play();
    }
}

void MainWindow::connectRun() {
    TransportBar* transport = arrangement_->transport();
    connect(transport, &TransportBar::playRequested, &session_, &Session::play);
    connect(transport, &TransportBar::pauseRequested, &session_, &Session::pause);
    connect(transport, &TransportBar::stepRequested, &session_, &Session::stepOnce);
    connect(transport, &TransportBar::resetRequested, &session_, &Session::reset);
    connect(&session_, &Session::stateChanged, this, [this, transport] {
        transport->setState(session_.state(), session_.message());
        if (session_.state() == RunState::Failed) {
            sayFailure(tr("The run has failed: %1. Change a weight or the experiment and press Reset to begin again.")
                           .arg(session_.message()));
        }
    });
    connect(&session_, &Session::experimentOpened, this, &MainWindow::adoptExperiment);
    connect(&session_, &Session::failed, this, &MainWindow::sayRefusal);
    connect(&session_, &Session::saved, this,
            [this](const QString& path) { statusBar()->showMessage(tr("Saved %1").arg(path), 5000); });

    connect(arrangement_->objective(), &ObjectivePanel::focusChanged, this, &MainWindow::setFocusMember);
    connect(arrangement_->experimentPanel(), &ExperimentPanel::experimentEdited, &session_, &Session::open);
    connect(arrangement_->objective(), &ObjectivePanel::knobsChanged, this,
            [this](const std::vector<Knobs>&, bool settled) {
                if (settled) {
                    arrangement_->experimentPanel()->setExperiment(session_.experiment());
                }
            });
    connect(&history_, &EditHistory::knobsRestored, this, &MainWindow::showKnobs);
    connect(choice_, &ObjectiveChoice::changed, this, &MainWindow::showKnobs);
    connect(choice_, &ObjectiveChoice::failed, this, &MainWindow::sayFailure);
    connect(documents_, &Documents::sweepOpened, this, &MainWindow::showSweep);
    connect(&planeOf(*arrangement_), &RateDistortionView::sweepModelChosen, this, [this](const QString& folder) {
        session_.openCheckpoint(QString::fromStdString(RunFolder::checkpointPath(folder.toStdString())));
    });
    connect(documents_, &Documents::failed, this, [this](const QString& message) {
        sayFailure(message);
        if (!session_.isOpen() && !restoring_) {
            keepNotice_ = true;
            restoreSession();  // the lab was started with a file that cannot be opened
        }
    });
    connect(documents_, &Documents::said, this,
            [this](const QString& message) { statusBar()->showMessage(message, 5000); });
}

void MainWindow::connectViews() {
    LatentView* latent = arrangement_->latent();
    // The card under the pointer should not wait for the timer.
    connect(latent, &LatentView::probesChanged, this, &MainWindow::refresh);
    connect(latent, &LatentView::softwarePaintingUsed, this, [this] {
        statusBar()->showMessage(tr("OpenGL is not usable here: the lab is painting in software"), 20000);
    });
    connect(arrangement_, &Arrangement::memberFocused, this, &MainWindow::setFocusMember);
    connect(arrangement_, &Arrangement::memberCompared, this, &MainWindow::compareWith);
    connect(arrangement_, &Arrangement::comparisonLeft, this, [this] { setComparison({}); });
    connect(arrangement_, &Arrangement::exportRequested, documents_, &Documents::exportFigure);
}

void MainWindow::connectActions() {
    connect(actions_->open, &QAction::triggered, documents_, &Documents::chooseAndOpen);
    connect(actions_->openFolder, &QAction::triggered, documents_, &Documents::chooseAndOpenFolder);
    connect(actions_->saveExperiment, &QAction::triggered, documents_, &Documents::saveExperiment);
    connect(actions_->saveCheckpoint, &QAction::triggered, documents_, &Documents::saveCheckpoint);
    connect(actions_->exportFigure, &QAction::triggered, documents_,
            [this] { documents_->exportFigure(arrangement_->maximised()); });
    connect(actions_->copyFigure, &QAction::triggered, documents_,
            [this] { documents_->copyFigure(arrangement_->maximised()); });
    connect(actions_->quit, &QAction::triggered, this, &QWidget::close);
    connect(actions_->playPause, &QAction::triggered, this, &MainWindow::togglePlay);
    connect(actions_->step, &QAction::triggered, &session_, &Session::stepOnce);
    connect(actions_->reset, &QAction::triggered, &session_, &Session::reset);
    connect(actions_->replay, &QAction::triggered, &session_, &Session::replay);
    connect(actions_->family, &QAction::triggered, this, &MainWindow::showFamily);
    connect(actions_->measure, &QAction::triggered, this, &MainWindow::showMeasures);
    connect(actions_->fitLatent, &QAction::triggered, arrangement_->latent(), &LatentView::fit);
    connect(actions_->forgetCodes, &QAction::triggered, this, &MainWindow::leaveOneMode);
    connect(actions_->compare, &QAction::triggered, this, [this](bool wanted) {
        // Without a member focused before: the other end of the fleet.
        const int last = static_cast<int>(arrangement_->objective()->knobs().size()) - 1;
        wanted ? compareWith(lastFocus_ >= 0 && lastFocus_ != focus_ ? lastFocus_
                             : focus_ == last                        ? 0
                                                                     : last)
               : setComparison({});
    });
    connect(actions_->previousMember, &QAction::triggered, this, [this] { moveFocus(-1); });
    connect(actions_->nextMember, &QAction::triggered, this, [this] { moveFocus(1); });
    PageColumn* pages = arrangement_->pages();
    connect(actions_->coursePage, &QAction::triggered, pages, [pages] { pages->setPage(Page::Course); });
    connect(actions_->exactPage, &QAction::triggered, pages, [pages] { pages->setPage(Page::Exact); });
    connect(actions_->healthPage, &QAction::triggered, pages, [pages] { pages->setPage(Page::Health); });
    connect(actions_->switchTheme, &QAction::triggered, this, [this] { setDark(!dark_); });
    connect(actions_->presentation, &QAction::toggled, this, &MainWindow::setPresentation);
    connect(actions_->restoreLayout, &QAction::triggered, this, [this] {
        arrangement_->maximise(nullptr);
        arrangement_->restoreDefaultSizes();
    });
    connect(actions_->shortcuts, &QAction::triggered, this, [this] { (new ShortcutsDialog(*actions_, this))->show(); });
    connect(actions_->about, &QAction::triggered, this, &MainWindow::showAbout);

    session_.setKeptBytes(bytesOf(settings_.undoMemory()));
    connect(actions_->undoMemory, &QAction::triggered, this, &MainWindow::askUndoMemory);
    QAction* undo = history_.stack().createUndoAction(this, tr("&Undo"));
    undo->setShortcut(QKeySequence::Undo);
    undo->setToolTip(tr("Take back the last change of the experiment or a slider"));
    QAction* redo = history_.stack().createRedoAction(this, tr("&Redo"));
    redo->setShortcuts({QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")});
    redo->setToolTip(tr("Make the change again"));
    actions_->addEditActions({undo, redo});
}

void MainWindow::fillBuiltinMenu() {
    for (const BuiltinEntry& entry : builtinExperiments()) {
        QAction* action = actions_->builtinMenu->addAction(QString::fromStdString(entry.title));
        action->setStatusTip(tr("It begins to train at once"));
        connect(action, &QAction::triggered, this, [this, name = entry.name] { openBuiltin(name); });
    }
}

void MainWindow::openBuiltin(const std::string& name) {
    const Experiment experiment = builtinExperiment(name);
    session_.open(experiment);
    // Not before it is there: without its data the run in force stays what it is.
    toPlay_ = experiment.name;
}

void MainWindow::refresh() {
    if (interrupted()) {
        close();
        return;
    }
    OnScreen screen = arrangement_->onScreen();
    screen.window = isVisible() && !isMinimized();
    screen.fleetSize = static_cast<int>(arrangement_->objective()->knobs().size());
    screen.focus = focus_;
    screen.comparison = comparison_;
    if (ViewRequest request = requestFor(screen); request != lastRequest_) {
        session_.setRequest(request);
        lastRequest_ = std::move(request);
    }
    if (const auto frame = session_.latestFrame()) {
        choice_->showFrame(*frame);
        arrangement_->showFrame(frame);
        actions_->replay->setEnabled(frame->moves != nullptr && !frame->moves->empty());
    }
}

void MainWindow::adoptExperiment() {
    if (!std::exchange(keeping_, true)) {
        if (!restoring_) {
            settings_.setSessionAside();  // the lab began with something else, which takes its place
        }
        session_.keepIn(settings_.sessionFolder());
    }
    const Experiment& experiment = session_.experiment();
    if (const std::string awaited = std::exchange(toPlay_, {}); !awaited.empty() && awaited == experiment.name) {
        session_.play();
    }
    const QString title = QString::fromStdString(experiment.title.empty() ? experiment.name : experiment.title);
    setWindowTitle(tr("%1 - ELBO Room").arg(title));
    focus_ = std::min(focus_, experiment.fleetSize() - 1);
    const bool another = std::exchange(adaptedName_, experiment.name) != experiment.name;
    if (std::exchange(adaptedMembers_, experiment.fleetSize()) != experiment.fleetSize() || another) {
        lastFocus_ = -1;
        setComparison({});
    }
    arrangement_->adapt(experiment, *session_.dataset());
    arrangement_->latent()->clearProbes();
    if (std::exchange(adaptedLatentDim_, experiment.model.latentDim) != experiment.model.latentDim || another) {
        LatentPlane plane;
        plane.principal = experiment.model.latentDim > 2;
        arrangement_->latent()->setPlane(plane);
        arrangement_->latent()->setFollowing(true);
    }
    if (sweep_ && !(sweep_->experiment.data == experiment.data && sweep_->experiment.model == experiment.model)) {
        showSweep(nullptr);  // what comes now cannot be compared with it
    }
    if (!std::exchange(keepNotice_, false)) {
        notice_->hide();
    }
    if (std::exchange(adaptedThreads_, experiment.run.threads) != experiment.run.threads) {
        statusBar()->showMessage(QString::fromStdString(threadRemark(experiment.run.threads)), 20000);
    }
    showKnobs();
}

void MainWindow::showKnobs() {
    const Experiment& experiment = session_.experiment();
    const int members = experiment.fleetSize();
    arrangement_->objective()->setExperiment(experiment, focus_);
    arrangement_->experimentPanel()->setExperiment(experiment);
    arrangement_->setFocusMember(members > 1 ? focus_ : -1);
    // Two members stand side by side anyway.
    actions_->compare->setEnabled(members > 2);
    actions_->previousMember->setEnabled(members > 1);
    actions_->nextMember->setEnabled(members > 1);
}

void MainWindow::setFocusMember(int member) {
    if (member != focus_) {
        lastFocus_ = std::exchange(focus_, member);
        setComparison(withFocus(comparison_, lastFocus_, member));
        showKnobs();
    }
}

void MainWindow::moveFocus(int places) {
    std::vector<int> order;
    for (const auto& family : orderFleet(arrangement_->objective()->knobs()).families) {
        order.insert(order.end(), family.begin(), family.end());
    }
    if (order.empty()) {
        // Members with the same weights follow each other as they come.
        order.resize(arrangement_->objective()->knobs().size());
        std::iota(order.begin(), order.end(), 0);
    }
    const auto at = std::find(order.begin(), order.end(), focus_) - order.begin() + places;
    if (at >= 0 && at < static_cast<std::ptrdiff_t>(order.size())) {
        setFocusMember(order[static_cast<std::size_t>(at)]);
    }
}

void MainWindow::compareWith(int member) {
    const bool enough = arrangement_->objective()->knobs().size() > 2;
    setComparison(enough ? comparisonOf(focus_, member) : Comparison{});
}

void MainWindow::setComparison(const Comparison& pair) {
    if (!(pair == comparison_)) {
        comparison_ = pair;
        arrangement_->setComparison(pair);
        refresh();  // the pictures of the two are asked for at once
    }
    actions_->compare->setChecked(comparison_.active());
}

void MainWindow::leaveOneMode() {
    if (comparison_.active()) {
        setComparison({});
    } else if (arrangement_->maximised() != nullptr) {
        arrangement_->maximise(nullptr);
    } else if (presentation_->on()) {
        setPresentation(false);
    } else {
        arrangement_->latent()->clearProbes();
    }
}

void MainWindow::togglePlay() {
    session_.state() == RunState::Running ? session_.pause() : session_.play();
}

void MainWindow::sayFailure(const QString& message) {
    notice_->say(message);
}

void MainWindow::sayRefusal(const QString& message) {
    toPlay_.clear();
    sayFailure(message);
    if (session_.isOpen()) {
        return;
    }
    // What should have been opened first cannot be: begin with the last session, or with what is always there, under
    // the message.
    keepNotice_ = true;
    if (!std::exchange(restoring_, false)) {
        restoreSession();
        return;
    }
    if (const QString aside = settings_.setSessionAside(); !aside.isEmpty()) {
        sayFailure(
            tr("%1\nThe session could not be brought back and was set aside, whole, in %2.").arg(message, aside));
    }
    session_.open(builtinExperiment("digits"));
}

void MainWindow::showSweep(const std::shared_ptr<const Sweep>& sweep) {
    sweep_ = sweep;
    planeOf(*arrangement_).setSweep(sweep);
}

void MainWindow::setDark(bool dark) {
    dark_ = dark;
    applyTheme();
}

void MainWindow::setPresentation(bool presenting) {
    presentation_->set(presenting, [this] { applyTheme(); });
    actions_->presentation->setChecked(presenting);
}

Theme MainWindow::currentTheme() const {
    Theme theme = dark_ ? Theme::darkTheme() : Theme::lightTheme();
    if (presentation_->on()) {
        theme.fontPoints = Presentation::fontPoints(screen()->size().width());
    }
    return theme;
}

void MainWindow::applyTheme() {
    const Theme theme = currentTheme();
    QApplication::setFont(theme.font());
    QApplication::setPalette(theme.palette());
    qApp->setStyleSheet(theme.styleSheet());
    setWindowIcon(QIcon(":/icons/elboroom.svg"));
    arrangement_->setTheme(theme);
    if (family_ != nullptr) {
        family_->panel()->setTheme(theme);
    }
}

void MainWindow::showMeasures() {
    if (measures_ == nullptr) {
        measures_ = new MeasureDialog(
            [this] {
                return ModelOnShow{session_.latestSnapshot(), session_.dataset(), session_.experiment()};
            },
            this);
        measures_->setSuggestedFile([this] { return documents_->suggestedFile("measures.csv"); });
        connect(measures_, &MeasureDialog::saved, documents_, &Documents::noteFolder);
    }
    measures_->show();
    measures_->raise();
    measures_->activateWindow();
}

void MainWindow::showFamily() {
    if (family_ == nullptr) {
        family_ = new FamilyDialog(this);
        connect(family_->panel(), &FamilyPanel::trainRequested, this, &MainWindow::trainFamilyMember);
        family_->panel()->setTheme(currentTheme());
        family_->panel()->setSurroundings([this] {
            FamilySurroundings surroundings{session_.experiment().objective, session_.experiment().knobs};
            surroundings.others.erase(surroundings.others.begin() + focus_);
            return surroundings;
        });
    }
    family_->explainMember(session_.experiment(), focus_);
    family_->show();
    family_->raise();
    family_->activateWindow();
}

void MainWindow::trainFamilyMember(const Knobs& knobs, const ObjectiveSpec& objective) {
    const Experiment experiment = session_.experiment();
    std::vector<Knobs> fleet = experiment.knobs;
    fleet[static_cast<std::size_t>(focus_)] = knobs;
    if (objective == experiment.objective) {
        history_.moveKnobs(fleet, true);
    } else {
        history_.changeObjective({objective, fleet}, true);
    }
    showKnobs();
    session_.play();
}

void MainWindow::askUndoMemory() {
    auto* question = new QInputDialog(this);
    question->setObjectName("undoMemory");
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setWindowTitle(tr("Memory for undo"));
    question->setLabelText(
        tr("Undo brings trained models back that a reset, another experiment or another\n"
           "architecture took the place of. Most memory for them, in MiB:"));
    question->setInputMode(QInputDialog::IntInput);
    question->setIntRange(0, Settings::kMostUndoMemory);
    question->setIntStep(256);
    question->setIntValue(settings_.undoMemory());
    connect(question, &QInputDialog::intValueSelected, this, [this](int mebibytes) {
        settings_.setUndoMemory(mebibytes);
        session_.setKeptBytes(bytesOf(mebibytes));
    });
    question->open();
}

void MainWindow::showAbout() {
    QMessageBox::about(this, tr("About ELBO Room"),
                       tr("<b>ELBO Room %1</b><br>A laboratory for latent-variable objectives.<br><br>"
                          "Free software under the GNU General Public License, version 3 or later, without warranty.")
                           .arg(ELBOROOM_VERSION));
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    documents_->open(event->mimeData()->urls().value(0).toLocalFile());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    setPresentation(false);
    WindowState state;
    state.geometry = saveGeometry();
    arrangement_->maximise(nullptr);
    state.splitters = arrangement_->saveSplitters();
    state.dark = dark_;
    settings_.setWindowState(state);
    event->accept();
}

}  // namespace elbo
