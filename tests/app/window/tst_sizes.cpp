// Every built-in experiment on screens from 1024 x 768 to 3840 x 2160, as a window and in presentation mode, at several
// scales: nothing overlaps, nothing is cut, nothing hangs off.
#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLabel>
#include <QScrollBar>
#include <QTabBar>
#include <QtTest>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "app/builtin/builtin_experiments.h"
#include "app/window/arrangement.h"
#include "app/window/presentation.h"
#include "training/analysis/analyst.h"
#include "training/engine/trainer.h"

using namespace elbo;

namespace {

/// A screen as QT_SCALE_FACTOR leaves it to the program: that many pixels, divided by the scale.
struct Screen {
    QSize pixels;
    double scale;
    bool presenting;

    QSize size() const { return {static_cast<int>(pixels.width() / scale), static_cast<int>(pixels.height() / scale)}; }
    /// What the frame of the desktop, the menu bar and the status bar leave of it.
    QSize room() const { return presenting ? size() : size() - QSize(0, 110); }
    QString name() const {
        return QString("%1 x %2 at %3, %4")
            .arg(pixels.width())
            .arg(pixels.height())
            .arg(scale)
            .arg(presenting ? "presentation" : "window");
    }
};

std::vector<Screen> screens() {
    std::vector<Screen> all;
    std::set<std::tuple<int, int, bool>> seen;
    for (const bool presenting : {false, true}) {
        for (const QSize pixels : {QSize(1024, 768), QSize(1280, 800), QSize(1920, 1080), QSize(3840, 2160)}) {
            for (const double scale : {1.0, 1.5, 2.0}) {
                const Screen screen{pixels, scale, presenting};
                if (seen.insert({screen.size().width(), screen.size().height(), presenting}).second) {
                    all.push_back(screen);
                }
            }
        }
    }
    return all;
}

/// A picture of an experiment that is quickly made.
struct Shown {
    Experiment experiment;
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<const Frame> frame;
};

/// Whether a widget arranges its children by itself, in ways that are its own business.
bool isClosed(const QWidget& widget) {
    return qobject_cast<const QComboBox*>(&widget) != nullptr ||
           qobject_cast<const QAbstractSpinBox*>(&widget) != nullptr ||
           qobject_cast<const QTabBar*>(&widget) != nullptr || qobject_cast<const QScrollBar*>(&widget) != nullptr;
}

std::vector<QWidget*> visibleChildren(const QWidget& widget) {
    std::vector<QWidget*> children;
    for (QObject* child : widget.children()) {
        auto* each = qobject_cast<QWidget*>(child);
        if (each != nullptr && !each->isWindow() && each->isVisibleTo(&widget)) {
            children.push_back(each);
        }
    }
    return children;
}

QString nameOf(const QWidget& widget) {
    QString name = QString(widget.metaObject()->className()) + " " + widget.objectName();
    if (const auto* label = qobject_cast<const QLabel*>(&widget)) {
        name += " \"" + label->text().left(40) + "\"";
    }
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) {
        name += " \"" + button->text() + "\"";
    }
    return name;
}

/// Complaints about a widget and everything in it.
void inspect(const QWidget& widget, QStringList& complaints) {
    if (isClosed(widget)) {
        return;
    }
    if (const auto* scroll = qobject_cast<const QScrollArea*>(&widget)) {
        const bool sideways = scroll->horizontalScrollBarPolicy() == Qt::ScrollBarAlwaysOff;
        if (sideways && scroll->widget()->width() > scroll->viewport()->width()) {
            complaints << nameOf(widget) + QString(" hides a part of its contents sideways: %1 of %2 px")
                                               .arg(scroll->viewport()->width())
                                               .arg(scroll->widget()->width());
        }
        inspect(*scroll->widget(), complaints);
        return;
    }
    const std::vector<QWidget*> children = visibleChildren(widget);
    for (std::size_t i = 0; i < children.size(); ++i) {
        const QWidget& child = *children[i];
        if (!widget.rect().adjusted(-1, -1, 1, 1).contains(child.geometry())) {
            complaints << nameOf(child) + " hangs off " + nameOf(widget);
        }
        for (std::size_t j = i + 1; j < children.size(); ++j) {
            const QRect common = child.geometry() & children[j]->geometry();
            if (common.width() > 1 && common.height() > 1) {
                complaints << nameOf(child) + " lies over " + nameOf(*children[j]);
            }
        }
        const auto* label = qobject_cast<const QLabel*>(&child);
        const auto* button = qobject_cast<const QAbstractButton*>(&child);
        if (label != nullptr && !label->text().isEmpty() && !label->wordWrap() &&
            label->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored &&
            label->width() < label->minimumSizeHint().width()) {
            complaints << nameOf(child) + " is cut";
        }
        if (label != nullptr && label->wordWrap() && label->height() + 2 < label->heightForWidth(label->width()) &&
            label->minimumHeight() != label->maximumHeight()) {
            complaints << nameOf(child) + " lacks lines";
        }
        if (button != nullptr && !button->text().isEmpty() && button->width() + 1 < button->minimumSizeHint().width()) {
            complaints << nameOf(child) + " is cut";
        }
        inspect(child, complaints);
    }
}

}  // namespace

class TestSizes : public QObject {
    Q_OBJECT

  private:
    std::vector<Shown> experiments_;

  private Q_SLOTS:
    void initTestCase();
    void nothingOverlapsOrIsCut_data();
    void nothingOverlapsOrIsCut();
};

void TestSizes::initTestCase() {
    QApplication::setStyle("Fusion");
    Arrangement everything;
    for (const BuiltinEntry& entry : builtinExperiments()) {
        Shown shown;
        shown.experiment = builtinExperiment(entry.name);
        for (auto* widths : {&shown.experiment.model.encoder, &shown.experiment.model.decoder}) {
            if (!widths->empty()) {
                *widths = {8};
            }
        }
        shown.experiment.data.trainSize = std::min(shown.experiment.data.trainSize, 200);
        shown.experiment.data.testSize = std::min(shown.experiment.data.testSize, 100);
        try {
            shown.experiment.validate();
            shown.dataset = loadDataset(shown.experiment.data);
            Trainer trainer(shown.experiment, shown.dataset);
            trainer.step();
            everything.adapt(shown.experiment, *shown.dataset);
            OnScreen screen;
            screen.fleetSize = shown.experiment.fleetSize();
            screen.asked = everything.ask(everything.applicableViews());
            Analyst analyst(shown.experiment, shown.dataset);
            const auto frame = analyst.analyse(*trainer.snapshot(), requestFor(screen), false);
            frame->sequence = experiments_.size() + 1;
            shown.frame = frame;
        } catch (const std::exception& error) {
            qInfo("%s is left out: %s", entry.name.c_str(), error.what());  // its data are not here
            continue;
        }
        experiments_.push_back(std::move(shown));
    }
    QVERIFY(experiments_.size() >= 5);
}

void TestSizes::nothingOverlapsOrIsCut_data() {
    QTest::addColumn<int>("place");
    const std::vector<Screen> all = screens();
    for (int i = 0; i < static_cast<int>(all.size()); ++i) {
        QTest::newRow(qPrintable(all[static_cast<std::size_t>(i)].name())) << i;
    }
}

void TestSizes::nothingOverlapsOrIsCut() {
    QFETCH(const int, place);
    const Screen screen = screens()[static_cast<std::size_t>(place)];
    Theme theme = Theme::darkTheme();
    if (screen.presenting) {
        theme.fontPoints = Presentation::fontPoints(screen.size().width());
    }
    QApplication::setFont(theme.font());
    qApp->setStyleSheet(theme.styleSheet());
    auto* arrangement = new Arrangement;
    const std::unique_ptr<QScrollArea> window(scrollingWhereTooSmall(arrangement));
    arrangement->setTheme(theme);
    arrangement->setSlim(screen.presenting);
    window->resize(screen.room());
    window->show();
    QVERIFY(window->minimumSizeHint().width() <= screen.size().width());
    QVERIFY(window->minimumSizeHint().height() <= screen.size().height());
    const bool common = screen.scale == 1.0 && screen.pixels.width() <= 1920;
    std::set<std::tuple<int, int, int, int>> seen;
    for (const Shown& shown : experiments_) {
        // What is on show, and how much of it: experiments that agree in that are walked at the common sizes only.
        const bool fresh =
            seen.insert({shown.dataset->isImage() ? 3 : shown.dataset->dim, shown.experiment.model.latentDim,
                         shown.experiment.fleetSize(), static_cast<int>(shown.frame->images.size())})
                .second;
        if (!fresh && !common) {
            continue;
        }
        arrangement->adapt(shown.experiment, *shown.dataset);
        arrangement->objective()->setExperiment(shown.experiment, 0);
        arrangement->experimentPanel()->setExperiment(shown.experiment);
        for (const Page page : {Page::Course, Page::Exact, Page::Health}) {
            arrangement->pages()->setPage(page);
            if (arrangement->pages()->page() != page) {
                continue;
            }
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            arrangement->showFrame(shown.frame);
            // A header that wraps or folds asks for another layout.
            for (int pass = 0; pass < 10; ++pass) {
                QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            }
            QStringList complaints;
            inspect(*arrangement, complaints);
            if (screen.size().width() >= 1280 && screen.size().height() >= 720 &&
                window->horizontalScrollBar()->isVisible()) {
                complaints << QString("needs a width of %1").arg(arrangement->minimumSizeHint().width());
            }
            QVERIFY2(complaints.isEmpty(),
                     qPrintable(QString::fromStdString(shown.experiment.name) + ", page " +
                                QString::number(static_cast<int>(page)) + ":\n" + complaints.mid(0, 12).join('\n')));
        }
    }
}

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    TestSizes test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_sizes.moc"
