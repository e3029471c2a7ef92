// A file is the old one or the new one: a full disk, a missing folder and a killed writer leave the older file as it
// was.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "training/experiment/input_error.h"
#include "training/files/atomic_file.h"

using namespace elbo;
namespace fs = std::filesystem;

namespace {

std::string contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t filesIn(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

std::string refusal(const fs::path& path, const std::string& bytes) {
    try {
        writeFileAtomically(path.string(), bytes);
    } catch (const InputError& error) {
        return error.what();
    }
    return {};
}

}  // namespace

class TestAtomicFile : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    fs::path path_;

  private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        path_ = fs::path(folder_->path().toStdString()) / "checkpoint.safetensors";
    }

    void writesAndReplaces() {
        const std::string first("one\0two", 7);
        writeFileAtomically(path_.string(), first);
        QCOMPARE(contents(path_), first);
        writeFileAtomically(path_.string(), std::string(1 << 20, 'x'));
        QCOMPARE(contents(path_), std::string(1 << 20, 'x'));
        writeFileAtomically(path_.string(), "");
        QCOMPARE(contents(path_), std::string());
        QCOMPARE(filesIn(path_.parent_path()), std::size_t{1});
    }

    void keepsPermissionsAndLinks() {
        writeFileAtomically(path_.string(), "old");
        fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
        const fs::path link = path_.parent_path() / "latest";
        fs::create_symlink(path_.filename(), link);
        writeFileAtomically(link.string(), "new");
        QVERIFY(fs::is_symlink(link));
        QCOMPARE(contents(path_), std::string("new"));
        QVERIFY(fs::status(path_).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    }

    void aFullDiskLeavesTheOlderFile() {
        writeFileAtomically(path_.string(), "old");
        // A limit on the file size stands in for a full disk: the write stops half way with an error.
        struct sigaction ignored {
        }, before{};
        ignored.sa_handler = SIG_IGN;
        sigaction(SIGXFSZ, &ignored, &before);
        struct rlimit limit {};
        getrlimit(RLIMIT_FSIZE, &limit);
        const rlimit narrow{4096, limit.rlim_max};
        setrlimit(RLIMIT_FSIZE, &narrow);
        const std::string message = refusal(path_, std::string(100000, 'x'));
        setrlimit(RLIMIT_FSIZE, &limit);
        sigaction(SIGXFSZ, &before, nullptr);
        QVERIFY2(message.starts_with(path_.string() + ": cannot be written: File too large"), message.c_str());
        QCOMPARE(contents(path_), std::string("old"));
        QCOMPARE(filesIn(path_.parent_path()), std::size_t{1});
    }

    void saysWhyAndWhatToDo() {
        const std::string message = refusal(path_.parent_path() / "missing" / "file", "x");
        QVERIFY2(message.find("No such file or directory; create the folder") != std::string::npos, message.c_str());
        QVERIFY(refusal(path_.parent_path(), "x").find("is a folder") != std::string::npos);
        QVERIFY(refusal("/dev/null", "x").find("not a plain file") != std::string::npos);
        QVERIFY(!refusal("", "x").empty());
        fs::create_symlink("loop", path_.parent_path() / "loop");
        QVERIFY(!refusal(path_.parent_path() / "loop", "x").empty());
        if (::geteuid() != 0) {  // the superuser may write anywhere
            fs::permissions(path_.parent_path(), fs::perms::owner_read | fs::perms::owner_exec);
            const std::string denied = refusal(path_, "x");
            fs::permissions(path_.parent_path(), fs::perms::owner_all);
            QVERIFY2(denied.find("Permission denied; choose a folder") != std::string::npos, denied.c_str());
        }
    }

    void aKilledWriterLeavesAWholeFile() {
        writeFileAtomically(path_.string(), std::string(1 << 20, 'a'));
        for (int trial = 0; trial < 20; ++trial) {
            const pid_t writer = fork();
            if (writer == 0) {
                for (char letter = 'a';; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
                    writeFileAtomically(path_.string(), std::string(1 << 20, letter));
                }
            }
            ::usleep(3000 + 1700 * trial);
            ::kill(writer, SIGKILL);
            ::waitpid(writer, nullptr, 0);
            const std::string found = contents(path_);
            QCOMPARE(found.size(), std::size_t{1} << 20);
            QCOMPARE(found, std::string(1 << 20, found[0]));
        }
    }

    void whatAKilledWriterLeftIsRemoved() {
        const fs::path folder = path_.parent_path();
        const pid_t child = ::fork();
        if (child == 0) {
            ::_exit(0);
        }
        QCOMPARE(::waitpid(child, nullptr, 0), child);  // from now on nobody has this number
        const auto touch = [&](const std::string& name) { std::ofstream(folder / name) << "x"; };
        const std::string dead = "checkpoint.safetensors.partial-" + std::to_string(child) + "-7";
        const std::string own = "checkpoint.safetensors.partial-" + std::to_string(::getpid()) + "-999";
        const std::vector<std::string> kept{own, "notes.partial-x-1", "notes.partial-" + std::to_string(child),
                                            "notes.partial-" + std::to_string(child) + "-1.txt", "notes.partial--1-1"};
        touch(dead);
        std::for_each(kept.begin(), kept.end(), touch);
        removeAbandonedFiles(folder.string());
        QVERIFY(!fs::exists(folder / dead));
        for (const std::string& name : kept) {
            QVERIFY2(fs::exists(folder / name), name.c_str());
        }
        removeAbandonedFiles((folder / "absent").string());
    }

    void twoWritersDoNotMix() {
        const auto write = [this](char letter) {
            for (int i = 0; i < 50; ++i) {
                writeFileAtomically(path_.string(), std::string(100000, letter));
            }
        };
        std::thread other(write, 'b');
        write('a');
        other.join();
        const std::string found = contents(path_);
        QCOMPARE(found, std::string(100000, found.at(0)));
        QCOMPARE(filesIn(path_.parent_path()), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(TestAtomicFile)
#include "tst_atomic_file.moc"
