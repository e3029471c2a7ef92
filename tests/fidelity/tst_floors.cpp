// An include may only point down: models < training < widgets < app, with no LibTorch in widgets/ and no Qt below it.
#include <QtTest>
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

constexpr int kLongestFile = 500;
constexpr std::array<const char*, 4> kFloors{"models", "training", "widgets", "app"};

/// Files of a floor outside its rooms (main.cpp, the model as a whole), and files of a room.
constexpr int kMostOutsideRooms = 5;
constexpr int kMostInRoom = 40;

/// What the views may know of the floors below: rooms of plain data, and the family's plain headers.
const std::vector<std::string> kWidgetsMayInclude{
    "models/spec/",    "models/algebra/family", "training/experiment/",
    "training/frame/", "training/metrics/",     "training/study/",
};

struct Include {
    std::string name;  // as written
    int line = 0;
};

struct Source {
    std::vector<Include> includes;
    std::vector<std::string> types;  ///< names of the structs and classes that begin at the start of a line
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
        static const std::regex kType(R"(^(struct|class) (\w+)( final)?( : .*)? \{.*)");
        std::smatch type;
        if (!comment && std::regex_match(line, type, kType)) {
            source.types.push_back(type[2]);
        }
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
        std::vector<std::string> found = crowding();
        for (std::string& circle : circles()) {
            found.push_back(std::move(circle));
        }
        std::map<std::string, std::string> homes;  // of the types that headers declare
        for (const auto& [path, source] : sources_) {
            for (const std::string& type : source.types) {
                if (floorOf(path) && path.ends_with(".h") && !homes.emplace(type, path).second) {
                    // The linker would take the functions of one for both.
                    found.push_back(path + ": another " + type + " stands in " + homes.at(type));
                }
            }
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
            if (extension == ".h" || extension == ".cpp" || extension == ".inl") {
                sources_[fs::relative(entry.path(), root_).generic_string()] = readSource(entry.path());
            }
        }
    }

    static std::string folderOf(const std::string& path) { return fs::path(path).parent_path().generic_string(); }

    /// Floors with too much outside their rooms, and rooms with too much in them.
    std::vector<std::string> crowding() const {
        std::map<std::string, int> files;
        for (const auto& [path, source] : sources_) {
            if (floorOf(path)) {
                ++files[folderOf(path)];
            }
        }
        std::vector<std::string> found;
        for (const auto& [folder, count] : files) {
            const bool outside = folder.find('/') == std::string::npos;
            if (outside && count > kMostOutsideRooms) {
                found.push_back(folder + "/: " + std::to_string(count) + " files outside its rooms");
            } else if (count > kMostInRoom) {
                found.push_back(folder + "/: " + std::to_string(count) + " files; it wants another room");
            }
        }
        return found;
    }

    /// Folders that include each other in a circle, one line each: "a/b -> a/c -> a/b". A folder is a room, and a floor
    /// for what lies outside its rooms.
    std::vector<std::string> circles() const {
        std::map<std::string, std::set<std::string>> arrows;
        for (const auto& [path, source] : sources_) {
            for (const Include& include : source.includes) {
                const auto target = floorOf(path) ? resolve(path, include.name) : std::nullopt;
                // Arrows up the floors have a message of their own.
                if (target && folderOf(*target) != folderOf(path) && floorOf(*target) <= floorOf(path)) {
                    arrows[folderOf(path)].insert(folderOf(*target));
                }
            }
        }
        std::vector<std::string> found;
        std::set<std::string> finished;
        std::vector<std::string> road;
        const std::function<void(const std::string&)> visit = [&](const std::string& folder) {
            const auto seen = std::find(road.begin(), road.end(), folder);
            if (seen != road.end()) {
                std::string circle;
                for (auto step = seen; step != road.end(); ++step) {
                    circle += *step + " -> ";
                }
                found.push_back("folders in a circle: " + circle + folder);
                return;
            }
            if (finished.contains(folder)) {
                return;
            }
            road.push_back(folder);
            for (const std::string& next : arrows[folder]) {
                visit(next);
            }
            road.pop_back();
            finished.insert(folder);
        };
        for (const auto& [path, source] : sources_) {
            if (floorOf(path)) {
                visit(folderOf(path));
            }
        }
        return found;
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
        const bool plain = std::any_of(kWidgetsMayInclude.begin(), kWidgetsMayInclude.end(),
                                       [&](const std::string& start) { return target.starts_with(start); });
        if (inWidgets && *targetFloor < floor && !plain) {
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
                                  << "#include <QWidget>\n#include \"training/frame/frame.h\"\n"
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
                                            << "#include \"training/frame/frame.h\"\n"
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
            << "training/frame/report.h" << header + "#include \"models/layer.h\"\n"
            << "widgets/view.h:2: reaches LibTorch: training/frame/frame.h -> training/frame/report.h -> "
               "models/layer.h -> torch/torch.h";
        QTest::newRow("Qt in models") << "models/b.cpp"
                                      << "#include <QString>\n"
                                      << "Qt below widgets/";
        QTest::newRow("QtCore in training") << "training/b.cpp"
                                            << "#include <QtCore/QString>\n"
                                            << "Qt below widgets/";
        QTest::newRow("folders in a circle")
            << "training/data/b.cpp"
            << "#include \"training/frame/user.h\"\n"
            << "folders in a circle: training/frame -> training/data -> training/frame";
        QTest::newRow("no guard") << "training/b.h"
                                  << "struct B {};\n"
                                  << "no #pragma once";
        QTest::newRow("guard in a comment") << "training/b.h"
                                            << "// #pragma once\n"
                                            << "no #pragma once";
        QTest::newRow("two types of one name") << "app/b.h" << header + "struct Dataset {\n};\n"
                                               << "training/data/dataset.h: another Dataset stands in app/b.h";
        QTest::newRow("five hundred lines") << "app/b.cpp" << QString(500, '\n') << "";
        QTest::newRow("too long") << "app/b.cpp" << QString(501, '\n') << "501 lines";
        QTest::newRow("long test") << "tests/app/tst_b.cpp" << QString(501, '\n') << "501 lines";
    }

    void crowdsAreSeen_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<int>("files");
        QTest::addColumn<QString>("expected");
        QTest::newRow("a handful outside the rooms") << "app" << kMostOutsideRooms << "";
        QTest::newRow("more than a handful") << "app" << kMostOutsideRooms + 1 << "app/: 6 files outside its rooms";
        QTest::newRow("a full room") << "widgets/latent" << kMostInRoom << "";
        QTest::newRow("a room too full") << "widgets/latent" << kMostInRoom + 1 << "widgets/latent/: 41 files";
    }

    void crowdsAreSeen() {
        QFETCH(QString, folder);
        QFETCH(int, files);
        QFETCH(QString, expected);
        QTemporaryDir root;
        QVERIFY(QDir(root.path()).mkpath(folder));
        for (int i = 0; i < files; ++i) {
            QFile file(root.filePath(QString("%1/file%2.cpp").arg(folder).arg(i)));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        const auto violations = House(root.path().toStdString()).violations();
        QCOMPARE(violations.empty(), expected.isEmpty());
        QVERIFY2(expected.isEmpty() || violations[0].find(expected.toStdString()) == 0, joined(violations).constData());
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
        write("training/frame/report.h", "#pragma once\n#include <vector>\n");
        write("training/frame/frame.h", "#pragma once\n#include \"report.h\"\n");
        write("training/trainer.h", "#pragma once\n#include \"models/layer.h\"\n");
        write("widgets/view.h", "#pragma once\n#include \"training/frame/frame.h\"\n");
        write("training/frame/user.h", "#pragma once\n#include \"training/data/dataset.h\"\n");
        write("training/data/dataset.h", "#pragma once\nstruct Dataset {\n};\n");
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
