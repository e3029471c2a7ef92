// What `elboroom figure` makes of its options before anything is trained.
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/figure_request.h"
#include "training/experiment/input_error.h"

using namespace elbo;

class TestFigureRequest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyFormatIsTaken() {
        const QTemporaryDir folder;
        FigureRequest request;
        request.outs = {(folder.path() + "/fig.{" + figureFormats().join(',') + "}").toStdString()};
        const auto files = figureFiles(request);
        QCOMPARE(files.size(), static_cast<std::size_t>(figureFormats().size()));
        QCOMPARE(QString::fromStdString(files[2].path), folder.path() + "/fig.tex");
        request.views = {"latent", "curves"};
        request.outs = {(folder.path() + "/fig.tex").toStdString()};
        QCOMPARE(QString::fromStdString(figureFiles(request)[1].path), folder.path() + "/fig-curves.tex");
    }

    void otherFormatsAreRefusedWithAllThatThereAre() {
        FigureRequest request;
        request.outs = {"fig.eps"};
        try {
            figureFiles(request);
            QFAIL("taken");
        } catch (const InputError& error) {
            const QString message = QString::fromUtf8(error.what());
            QVERIFY2(message.contains(figureSuffixes()), error.what());
        }
    }

    void noCaptionLeavesItOut() {
        FigureRequest request;
        FigureOptions options;
        options.caption = "Step 2000.";
        setStyle(options, request);
        QCOMPARE(options.caption, QString("Step 2000."));
        request.noCaption = true;
        setStyle(options, request);
        QVERIFY(options.caption.isEmpty());
    }
};

QTEST_MAIN(TestFigureRequest)
#include "tst_figure_request.moc"
