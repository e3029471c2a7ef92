// A safetensors file comes back as it was written, and no damaged one comes back at all.
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cstring>
#include <fstream>
#include <random>
#include <span>

#include "training/experiment/input_error.h"
#include "training/files/safetensors.h"
#include "training/files/sha256.h"

using namespace elbo;

namespace {

std::vector<std::byte> bytesOf(const auto& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

SafetensorsFile small() {
    SafetensorsFile file;
    file.metadata = {{"experiment", "name = \"digits\"\n"}, {"title", "Zw\xc3\xb6lf"}};
    file.tensors = {
        {"flags", "U8", {3}, bytesOf(std::vector<std::uint8_t>{1, 0, 255})},
        {"weights", "F32", {2, 2}, bytesOf(std::vector<float>{1.5F, -0.0F, 3e-39F, 2.0F})},
        {"moments", "F64", {1, 2}, bytesOf(std::vector<double>{0.1, -1e300})},
        {"step", "I64", {}, bytesOf(std::vector<std::int64_t>{4000})},
        {"none", "F32", {0, 7}, {}},
    };
    return file;
}

/// A file with this header and data; "SEAL" in the header becomes the right seal, so that the seal is never what is
/// wrong.
std::string fileWith(std::string header, const std::string& data) {
    const auto place = header.find("SEAL");
    if (place != std::string::npos) {
        header.replace(place, 4, std::string(64, '0'));
    }
    const std::uint64_t size = header.size();
    std::string file(8, '\0');
    std::memcpy(file.data(), &size, 8);
    file += header + data;
    if (place != std::string::npos) {
        file.replace(8 + place, 64, sha256Hex(file.data(), file.size()));
    }
    return file;
}

/// The message of the InputError, or an empty string when the file was read.
std::string refusal(const std::string& file) {
    try {
        decodeSafetensors(file, "run/checkpoint.safetensors");
    } catch (const InputError& error) {
        return error.what();
    }
    return {};
}

const std::string kSeal = R"({"__metadata__":{"sha256":"SEAL"})";

}  // namespace

class TestSafetensors : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void comesBackAsWritten() {
        const std::string bytes = encodeSafetensors(small());
        QVERIFY(decodeSafetensors(bytes, "memory") == small());
        QCOMPARE(encodeSafetensors(decodeSafetensors(bytes, "memory")), bytes);
        QVERIFY(decodeSafetensors(encodeSafetensors({}), "memory") == SafetensorsFile{});
    }

    void isLaidOutForOtherReaders() {
        const std::string bytes = encodeSafetensors(small());
        std::uint64_t headerSize = 0;
        std::memcpy(&headerSize, bytes.data(), 8);
        QCOMPARE(headerSize % 8, std::uint64_t{0});
        QCOMPARE(bytes[8], '{');
        // The widest elements come first, whatever the order of the header: each tensor is aligned.
        double first = 0.0;
        std::memcpy(&first, bytes.data() + 8 + headerSize, 8);
        QCOMPARE(first, 0.1);
        QCOMPARE(static_cast<unsigned char>(bytes.back()), 255);
    }

    void everyFlippedByteIsAnError() {
        const std::string good = encodeSafetensors(small());
        QVERIFY(good.size() > 200);
        for (std::size_t i = 0; i < good.size(); ++i) {
            for (int mask = 1; mask < 256; ++mask) {  // 0x41 and 0xff among them
                std::string bad = good;
                bad[i] = static_cast<char>(bad[i] ^ mask);
                if (refusal(bad).empty()) {
                    QFAIL(qPrintable(QString("byte %1 XOR %2 was read").arg(i).arg(mask)));
                }
            }
        }
    }

    void everyTruncationIsAnError() {
        const std::string good = encodeSafetensors(small());
        for (std::size_t size = 0; size < good.size(); ++size) {
            QVERIFY(!refusal(good.substr(0, size)).empty());
        }
        QVERIFY(!refusal(good + '\0').empty());
        QVERIFY(!refusal(good + good).empty());
    }

    void randomDamageIsAnError() {
        const std::string good = encodeSafetensors(small());
        std::mt19937 random(7);
        for (int trial = 0; trial < 20000; ++trial) {
            std::string bad = good;
            for (int edits = 1 + static_cast<int>(random() % 6); edits > 0; --edits) {
                const std::size_t place = random() % bad.size();
                switch (random() % 4) {
                    case 0:
                        bad[place] = static_cast<char>(random());
                        break;
                    case 1:
                        bad.insert(place, 1, "{}[]\",:0 \0\xff"[random() % 11]);
                        break;
                    case 2:
                        bad.erase(place, 1 + random() % 9);
                        break;
                    default:
                        std::swap(bad[place], bad[random() % bad.size()]);
                }
            }
            QVERIFY(bad == good || !refusal(bad).empty());
        }
    }

    void malformedHeaders_data() {
        QTest::addColumn<std::string>("header");
        QTest::addColumn<std::string>("data");
        QTest::addColumn<std::string>("expected");
        const std::string eight(8, 'x');
        const auto row = [](const char* name, const std::string& header, const std::string& data,
                            const char* expected) { QTest::newRow(name) << header << data << std::string(expected); };
        const auto tensor = [](const std::string& fields) { return kSeal + R"(,"w":{)" + fields + "}}"; };
        const std::string whole = R"("dtype":"U8","shape":[8],"data_offsets":[0,8])";

        row("empty header", "", "", "'{'");
        row("spaces only", "        ", "", "'{'");
        row("leading space", " " + tensor(whole), eight, "'{'");
        row("byte order mark", "\xef\xbb\xbf" + tensor(whole), eight, "'{'");
        row("a list", "[]", "", "'{'");
        row("trailing newline", tensor(whole) + "\n", eight, "'}'");
        row("text after the object", tensor(whole) + "{}", eight, "not JSON");
        row("hidden behind a zero byte", tensor(whole) + std::string("\0{}", 3), eight, "zero byte");
        row("not JSON", "{weights}", "", "not JSON");
        row("cut short", R"({"__metadata__":{})", "", "not JSON");
        row("not UTF-8", kSeal + ",\"\xff\xfe\":{" + whole + "}}", eight, "UTF-8");
        row("overlong UTF-8", kSeal + ",\"\xc0\xaf\":{" + whole + "}}", eight, "UTF-8");
        row("name twice", kSeal + R"(,"w":{)" + whole + R"(},"w":{)" + whole + "}}", eight, "twice");
        row("name twice by escape", kSeal + R"(,"w":{)" + whole + R"(},"\u0077":{)" + whole + "}}", eight, "twice");
        row("metadata twice", kSeal + R"(,"__metadata__":{}})", "", "twice");
        row("metadata key twice", R"({"__metadata__":{"sha256":"SEAL","a":"1","a":"2"}})", "", "twice");
        row("field twice", tensor(whole + R"(,"shape":[8])"), eight, "twice");
        row("field unknown", tensor(whole + R"(,"stride":[1])"), eight, "unknown field");
        row("field missing", tensor(R"("dtype":"U8","shape":[8])"), eight, "needs dtype");
        row("tensor is text", kSeal + R"(,"w":"U8"})", "", "not expected");
        row("tensor is null", kSeal + R"(,"w":null})", "", "not expected");
        row("metadata is a number", R"({"__metadata__":{"sha256":"SEAL","a":1}})", "", "not expected");
        row("metadata is nested", R"({"__metadata__":{"sha256":"SEAL","a":{}}})", "", "not expected");
        row("shape is text", tensor(R"("dtype":"U8","shape":"8","data_offsets":[0,8])"), eight, "not expected");
        row("shape is nested", tensor(R"("dtype":"U8","shape":[[8]],"data_offsets":[0,8])"), eight, "not expected");
        row("dtype is a list", tensor(R"("dtype":[],"shape":[8],"data_offsets":[0,8])"), eight, "not expected");
        row("negative length", tensor(R"("dtype":"U8","shape":[-8],"data_offsets":[0,8])"), eight, "negative");
        row("broken length", tensor(R"("dtype":"U8","shape":[8.0],"data_offsets":[0,8])"), eight, "not whole");
        row("huge length", tensor(R"("dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,8])"), eight,
            "too large");
        row("product overflows", tensor(R"("dtype":"U8","shape":[4294967296,4294967296,1],"data_offsets":[0,0])"),
            eight, "too large");
        row("overflow beside a zero", tensor(R"("dtype":"U8","shape":[4294967296,0,4294967296],"data_offsets":[0,0])"),
            eight, "too large");
        row("bytes overflow", tensor(R"("dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0])"), eight,
            "too large");
        row("unknown type", tensor(R"("dtype":"BF16","shape":[4],"data_offsets":[0,8])"), eight, "BF16");
        row("shape larger than bytes", tensor(R"("dtype":"U8","shape":[9],"data_offsets":[0,8])"), eight, "needs 9");
        row("shape smaller than bytes", tensor(R"("dtype":"U8","shape":[7],"data_offsets":[0,8])"), eight, "needs 7");
        row("type wider than bytes", tensor(R"("dtype":"F64","shape":[8],"data_offsets":[0,8])"), eight, "needs 64");
        row("one offset", tensor(R"("dtype":"U8","shape":[8],"data_offsets":[8])"), eight, "offsets");
        row("three offsets", tensor(R"("dtype":"U8","shape":[8],"data_offsets":[0,8,8])"), eight, "offsets");
        row("offsets backwards", tensor(R"("dtype":"U8","shape":[8],"data_offsets":[8,0])"), eight, "offsets");
        row("offsets past the end", tensor(R"("dtype":"U8","shape":[9],"data_offsets":[0,9])"), eight, "leave");
        row("huge offsets",
            tensor(R"("dtype":"U8","shape":[1],"data_offsets":[18446744073709551614,18446744073709551615])"), eight,
            "leave");
        row("hole at the start", tensor(R"("dtype":"U8","shape":[7],"data_offsets":[1,8])"), eight, "hole");
        row("hole between",
            kSeal + R"(,"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)" +
                R"("b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
            eight, "hole");
        row("overlap",
            kSeal + R"(,"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},)" +
                R"("b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
            eight, "overlap");
        row("bytes of two names", kSeal + R"(,"a":{)" + whole + R"(},"b":{)" + whole + "}}", eight, "overlap");
        row("trailing bytes", tensor(R"("dtype":"U8","shape":[7],"data_offsets":[0,7])"), eight, "trailing");
        row("no seal", R"({"w":{)" + whole + "}}", eight, "no SHA-256 seal");
        row("seal not first", R"({"__metadata__":{"a":"1","sha256":"SEAL"}})", "", "no SHA-256 seal");
        row("seal in capitals",
            R"({"__metadata__":{"sha256":"ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD"}})", "",
            "does not match");
        row("short seal", R"({"__metadata__":{"sha256":"0123"}})", "", "no SHA-256 seal");
    }

    void malformedHeaders() {
        QFETCH(std::string, header);
        QFETCH(std::string, data);
        QFETCH(std::string, expected);
        const std::string message = refusal(fileWith(header, data));
        QVERIFY2(message.starts_with("run/checkpoint.safetensors: "), message.c_str());
        QVERIFY2(message.find(expected) != std::string::npos, message.c_str());
    }

    void sizesAreCheckedBeforeTheyAreUsed() {
        for (const std::uint64_t announced : {std::uint64_t{100}, (std::uint64_t{64} << 20) + 1, ~std::uint64_t{0},
                                              ~std::uint64_t{0} - 7, std::uint64_t{1} << 63}) {
            std::string file(16, ' ');
            std::memcpy(file.data(), &announced, 8);
            const std::string message = refusal(file);
            QVERIFY2(message.find("announced") != std::string::npos, message.c_str());
        }
        // Deep nesting ends at the first level that the format does not have.
        QVERIFY(refusal(fileWith(R"({"a":)" + std::string(1 << 20, '[') + "}", "")).find("not expected") !=
                std::string::npos);
    }

    void aWellFormedFileIsReadWhoeverLaidItOut() {
        const std::string header =
            kSeal + R"( , "b" : {"data_offsets":[4,8], "shape":[1],"dtype":"F32"},)" +
            R"("none":{"dtype":"F64","shape":[0],"data_offsets":[4,4]},"a":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]}})";
        const SafetensorsFile file =
            decodeSafetensors(fileWith(header, std::string("\1\2\3\4\0\0\x80\x3f", 8)), "memory");
        QCOMPARE(file.tensors.size(), std::size_t{3});
        QCOMPARE(QString::fromStdString(file.tensors[0].name), QString("b"));
        QVERIFY(file.tensors[0].bytes == bytesOf(std::vector<float>{1.0F}));
        QVERIFY(file.tensors[1].bytes.empty());
        QVERIFY(file.tensors[2].bytes == bytesOf(std::vector<std::uint8_t>{1, 2, 3, 4}));
    }

    void aCutFileIsNoticedWithoutReadingItsData() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("a.safetensors").toStdString();
        const std::string whole = encodeSafetensors(small());
        const auto isWhole = [&](const std::string& bytes) {
            std::ofstream(path, std::ios::binary) << bytes;
            return isWholeSafetensors(path);
        };
        QVERIFY(isWhole(whole));
        for (const std::size_t size :
             {std::size_t{0}, std::size_t{7}, std::size_t{8}, whole.size() / 2, whole.size() - 1}) {
            QVERIFY(!isWhole(whole.substr(0, size)));
        }
        QVERIFY(!isWhole(whole + "x"));
        QVERIFY(!isWhole(std::string(8, '\xff') + whole));
        QVERIFY(!isWholeSafetensors(folder.path().toStdString()));
    }

    void whatCannotBeWrittenIsRefused() {
        const auto refused = [](const SafetensorsFile& file) {
            try {
                encodeSafetensors(file);
            } catch (const std::invalid_argument&) {
                return true;
            }
            return false;
        };
        const std::vector<std::byte> four(4);
        QVERIFY(!refused({{}, {{"w", "F32", {1}, four}}}));
        QVERIFY(refused({{}, {{"w", "F32", {2}, four}}}));
        QVERIFY(refused({{}, {{"w", "F16", {2}, four}}}));
        QVERIFY(refused({{}, {{"w", "U8", {-2, -2}, four}}}));
        QVERIFY(refused({{}, {{"w", "F32", {1}, four}, {"w", "F32", {1}, four}}}));
        QVERIFY(refused({{}, {{"__metadata__", "F32", {1}, four}}}));
        QVERIFY(refused({{}, {{"\xff", "F32", {1}, four}}}));
        QVERIFY(refused({{{"sha256", ""}}, {}}));
        QVERIFY(refused({{{"title", "\xc3"}}, {}}));
    }
};

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
