// An include may only point down: models < training < widgets < app, with no LibTorch in widgets/ and no Qt below it.
#include <QtTest>
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

constexpr int kLongestFile = 500;
constexpr std::array<const char*, 4> kFloors{"models", "training", "widgets", "app"};

/// What the views may know of the floors below: plain data.
const std::set<std::string> kWidgetsMayInclude{
    "training/frame.h",
    "training/morph.h",
    "training/objective_preset.h",
    "training/report.h",
    "training/view_request.h",
    "training/experiment.h",
    "training/experiment_text.h",
    "models/model_spec.h",
    "models/objective/knobs.h",
    "training/knob_expression.h",
    "training/sweep_point.h",
    "training/study/family_fig1.h",
    "training/study/rd_fig2.h",
    "training/truth_frame.h",
    "training/grid_density.h",
    "models/algebra/family.h",
    "models/algebra/family_text.h",
    "models/algebra/family_training.h",
};

struct Include {
    std::string name;  // as written
    int line = 0;
};

struct Source {
    std::vector<Include> includes;
    int lines = 0;
    bool pragmaOnce = false;
};

/// The includes of a file; those inside comments do not count.
Source readSource(const fs::path& path) {
    Source source;
    std::ifstream file(path);
    bool comment = false;
    for (std::string line; std::getline(file, line);) {
        ++source.lines;
        std::string code;
        bool quoted = false;  // "image/*" opens no comment
        for (std::size_t i = 0; i < line.size(); ++i) {
            const std::string pair = line.substr(i, 2);
            if (comment) {
                comment = pair != "*/";
                i += comment ? 0 : 1;
            } else if (!quoted && pair == "//") {
                break;
            } else if (!quoted && pair == "/*") {
                comment = true;
                ++i;
            } else if (!std::isspace(static_cast<unsigned char>(line[i]))) {
                quoted = quoted != (line[i] == '"' && (i == 0 || line[i - 1] != '\\'));
                code += line[i];  // without blanks: "#  include <a>" reads "#include<a>"
            }
        }
        source.pragmaOnce = source.pragmaOnce || code == "#pragmaonce";
        for (const std::string start : {"#include\"", "#include<"}) {
            if (code.starts_with(start) && code.size() > start.size() + 1) {
                source.includes.push_back({code.substr(start.size(), code.size() - start.size() - 1), source.lines});
            }
        }
    }
    return source;
}

bool isTorch(const std::string& include) {
    constexpr std::array prefixes{"torch/", "ATen/", "c10/", "caffe2/"};
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&include](const char* prefix) { return include.starts_with(prefix); });
}

bool isQt(const std::string& include) {
    const bool capital =
        include.size() > 1 && include[0] == 'Q' && std::isupper(static_cast<unsigned char>(include[1]));
    return capital || include.starts_with("Qt") || include == "qcustomplot.h";
}

/// The floors of one source tree and everything in it that breaks their rules.
class House {
  public:
    explicit House(const fs::path& root) : root_(root) {
        for (const char* floor : kFloors) {
            readFolder(floor);
        }
        readFolder("tests");
    }

    std::size_t size() const { return sources_.size(); }

    std::vector<std::string> violations() const {
        std::vector<std::string> found;
        for (const auto& [path, source] : sources_) {
            if (source.lines > kLongestFile) {
                found.push_back(path + ": " + std::to_string(source.lines) + " lines; it wants a second room");
            }
            if (path.ends_with(".h") && !source.pragmaOnce) {
                found.push_back(path + ": no #pragma once");
            }
            const auto floor = floorOf(path);
            if (!floor) {
                continue;  // tests may look at every floor
            }
            for (const Include& include : source.includes) {
                const std::string fault = faultOf(path, *floor, include.name);
                if (!fault.empty()) {
                    found.push_back(path);
                    found.back().append(":").append(std::to_string(include.line)).append(": ").append(fault);
                }
            }
        }
        return found;
    }

  private:
    void readFolder(const std::string& folder) {
        if (!fs::is_directory(root_ / folder)) {
            return;
        }
        for (const auto& entry : fs::recursive_directory_iterator(root_ / folder)) {
            const std::string extension = entry.path().extension().string();
            if (extension == ".h" || extension == ".cpp") {
                sources_[fs::relative(entry.path(), root_).generic_string()] = readSource(entry.path());
            }
        }
    }

    /// The project file that an include means: from the root, or beside the file that asks for it.
    std::optional<std::string> resolve(const std::string& from, const std::string& include) const {
        for (const fs::path& path : {fs::path(include), fs::path(from).parent_path() / include}) {
            const std::string name = path.lexically_normal().generic_string();
            if (sources_.contains(name)) {
                return name;
            }
        }
        return std::nullopt;
    }

    static std::optional<int> floorOf(const std::string& path) {
        for (std::size_t i = 0; i < kFloors.size(); ++i) {
            if (path.starts_with(std::string(kFloors[i]) + "/")) {
                return static_cast<int>(i);
            }
        }
        return std::nullopt;
    }

    /// How `path` reaches LibTorch through project headers: "a.h -> torch/torch.h", or nothing.
    std::optional<std::string> roadToTorch(const std::string& path, std::set<std::string>& seen) const {
        if (!seen.insert(path).second) {
            return std::nullopt;
        }
        for (const Include& include : sources_.at(path).includes) {
            if (isTorch(include.name)) {
                return include.name;
            }
            if (const auto next = resolve(path, include.name)) {
                if (const auto road = roadToTorch(*next, seen)) {
                    return *next + " -> " + *road;
                }
            }
        }
        return std::nullopt;
    }

    std::string faultOf(const std::string& path, int floor, const std::string& include) const {
        const bool inWidgets = path.starts_with("widgets/");
        if (inWidgets && isTorch(include)) {
            return "LibTorch in widgets/: " + include;
        }
        if (floor < 2 && isQt(include)) {
            return "Qt below widgets/: " + include;
        }
        const std::string target = resolve(path, include).value_or(include);
        const auto targetFloor = floorOf(target);
        if (!targetFloor) {
            return {};
        }
        if (*targetFloor > floor) {
            return "points up the floors: " + target;
        }
        if (inWidgets && *targetFloor < floor && !kWidgetsMayInclude.contains(target)) {
            return "views know plain data only, not " + target;
        }
        if (inWidgets && sources_.contains(target)) {
            std::set<std::string> seen;
            if (const auto road = roadToTorch(target, seen)) {
                return "reaches LibTorch: " + target + " -> " + *road;
            }
        }
        return {};
    }

    fs::path root_;
    std::map<std::string, Source> sources_;  // by path from the root
};

QByteArray joined(const std::vector<std::string>& lines) {
    QByteArray text;
    for (const std::string& line : lines) {
        text += "\n  " + QByteArray::fromStdString(line);
    }
    return text;
}

}  // namespace

class TestFloors : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void noIncludePointsUp() {
        const House house(ELBOROOM_SOURCE_DIR);
        QVERIFY2(house.size() > 40, "the source tree was not found");
        const auto violations = house.violations();
        QVERIFY2(violations.empty(), joined(violations).constData());
    }

    // A small house that is in order, and one thing wrong in it at a time: the test above must be able to fail.
    void wrongArrowsAreSeen_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");  // empty: nothing is wrong
        const QString header = "#pragma once\n";
        QTest::newRow("in order") << "widgets/b.cpp"
                                  << "#include <QWidget>\n#include \"training/frame.h\"\n"
                                  << "";
        QTest::newRow("app composes") << "app/b.cpp"
                                      << "#include <torch/torch.h>\n#include \"widgets/view.h\"\n"
                                      << "";
        QTest::newRow("in a comment") << "models/b.cpp"
                                      << "// #include \"app/session.h\"\n/*\n#include <QString>\n*/\n"
                                      << "";
        QTest::newRow("after a quoted glob") << "models/b.cpp"
                                             << "const char* k = \"image/*\";\n#include \"app/session.h\"\n"
                                             << "models/b.cpp:2";
        QTest::newRow("torch below") << "training/b.cpp"
                                     << "#include \"models/layer.h\"\n#include <torch/torch.h>\n"
                                     << "";
        QTest::newRow("models to training") << "models/b.cpp"
                                            << "#include \"training/frame.h\"\n"
                                            << "models/b.cpp:1: points up";
        QTest::newRow("training to app") << "training/b.cpp"
                                         << "\n  #  include \"app/session.h\"\n"
                                         << "training/b.cpp:2: points up";
        QTest::newRow("widgets to app") << "widgets/b.h" << header + "#include \"../app/session.h\"\n"
                                        << "widgets/b.h:2: points up";
        QTest::newRow("angle brackets") << "models/b.cpp"
                                        << "#include <widgets/view.h>\n"
                                        << "points up";
        QTest::newRow("file not there") << "models/b.cpp"
                                        << "#include \"app/missing.h\"\n"
                                        << "points up";
        QTest::newRow("torch in a view") << "widgets/b.cpp"
                                         << "#include <torch/torch.h>\n"
                                         << "LibTorch in widgets/";
        QTest::newRow("ATen in a view") << "widgets/b.cpp"
                                        << "#include <ATen/ATen.h>\n"
                                        << "LibTorch in widgets/";
        QTest::newRow("c10 in a view") << "widgets/b.cpp"
                                       << "#include \"c10/util/Half.h\"\n"
                                       << "LibTorch in widgets/";
        QTest::newRow("trainer in a view") << "widgets/b.cpp"
                                           << "#include \"training/trainer.h\"\n"
                                           << "plain data only";
        QTest::newRow("torch behind a frame")
            << "training/report.h" << header + "#include \"models/layer.h\"\n"
            << "widgets/view.h:2: reaches LibTorch: training/frame.h -> training/report.h -> "
               "models/layer.h -> torch/torch.h";
        QTest::newRow("Qt in models") << "models/b.cpp"
                                      << "#include <QString>\n"
                                      << "Qt below widgets/";
        QTest::newRow("QtCore in training") << "training/b.cpp"
                                            << "#include <QtCore/QString>\n"
                                            << "Qt below widgets/";
        QTest::newRow("no guard") << "training/b.h"
                                  << "struct B {};\n"
                                  << "no #pragma once";
        QTest::newRow("guard in a comment") << "training/b.h"
                                            << "// #pragma once\n"
                                            << "no #pragma once";
        QTest::newRow("five hundred lines") << "app/b.cpp" << QString(500, '\n') << "";
        QTest::newRow("too long") << "app/b.cpp" << QString(501, '\n') << "501 lines";
        QTest::newRow("long test") << "tests/app/tst_b.cpp" << QString(501, '\n') << "501 lines";
    }

    void wrongArrowsAreSeen() {
        QFETCH(QString, path);
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QTemporaryDir folder;
        const auto write = [&folder](const QString& name, const QString& content) {
            QVERIFY(QDir(folder.path()).mkpath(QFileInfo(name).path()));
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(content.toUtf8());
        };
        write("models/layer.h", "#pragma once\n#include <torch/torch.h>\n");
        write("training/report.h", "#pragma once\n#include <vector>\n");
        write("training/frame.h", "#pragma once\n#include \"report.h\"\n");
        write("training/trainer.h", "#pragma once\n#include \"models/layer.h\"\n");
        write("widgets/view.h", "#pragma once\n#include \"training/frame.h\"\n");
        write("app/session.h", "#pragma once\n#include \"training/trainer.h\"\n#include \"widgets/view.h\"\n");
        write(path, text);
        const auto violations = House(folder.path().toStdString()).violations();
        if (expected.isEmpty()) {
            QVERIFY2(violations.empty(), joined(violations).constData());
        } else {
            QVERIFY2(violations.size() == 1 && violations[0].find(expected.toStdString()) != std::string::npos,
                     joined(violations).constData());
        }
    }
};

QTEST_APPLESS_MAIN(TestFloors)
#include "tst_floors.moc"
