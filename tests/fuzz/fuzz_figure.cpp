// Figures of every format with an experiment inside.
#include <QString>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "training/experiment/experiment_text.h"
#include "widgets/figure/figure_source.h"

namespace elbo::fuzz {
namespace {

/// A picture of one pixel: signature, header and end.
const QByteArray kPng = QByteArray::fromHex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63600000000200"
    "0148afa4710000000049454e44ae426082");

/// A figure in each of the formats.
std::vector<QByteArray> figures(const QString& experiment) {
    return {"%PDF-1.4\n1 0 obj\n<< /Type /Metadata >>\nstream\n" + figureXmp("A title", "A < B", experiment) +
                "\nendstream\nendobj\n%%EOF\n",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\">\n" +
                svgSource(experiment).toUtf8() + "<g/></svg>\n",
            pngWithSource(kPng, experiment), csvSource(experiment).toUtf8() + "step,rate\n1,2.5\n",
            pgfSource(experiment).toUtf8() + "\\begin{pgfpicture}\\end{pgfpicture}\n"};
}

}  // namespace

std::vector<std::string> seeds() {
    std::vector<std::string> files;
    Experiment experiment;
    experiment.title = "\u03b2 < 1 & \"quotes\" ]]> -- %";
    for (const QString& text : {QString::fromStdString(writeExperiment(experiment)), QString("name = \"x\"\r\n"),
                                QString(), QString("beta = 1")}) {
        for (const QByteArray& figure : figures(text)) {
            files.push_back(figure.toStdString());
        }
    }
    std::string deep = "<svg xmlns:elboroom=\"urn:elboroom:figure\">";
    for (int i = 0; i < 20'000; ++i) {
        deep += "<g>";
    }
    files.push_back(deep);
    files.push_back(
        "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\">"
        "<!ENTITY e SYSTEM \"file:///etc/passwd\">]><svg><experiment xmlns=\"urn:elboroom:figure\">&d;&e;"
        "</experiment></svg>");
    return files;
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    static const MemoryFile kFile;
    const QString path = QString::fromStdString(kFile.path());
    kFile.write(textOf(data, size));
    const std::optional<QString> found = experimentInFigure(path);
    if (!found) {
        return 0;
    }
    require(!found->isEmpty(), "an experiment that is found is not empty");
    const auto experiment = accepted([&] { return parseExperiment(found->toStdString(), "figure"); });
    if (experiment) {
        const QString written = QString::fromStdString(writeExperiment(*experiment));
        for (const QByteArray& figure : figures(written)) {
            kFile.write(figure.toStdString());
            require(experimentInFigure(path) == written, "an experiment is found in every figure it is put into");
        }
    }
    return 0;
}
