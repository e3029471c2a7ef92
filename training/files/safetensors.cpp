#include "training/files/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <system_error>

#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"
#include "training/experiment/shown_text.h"
#include "training/files/sha256.h"

namespace elbo {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are copied as they lie in memory");

using nlohmann::json;

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kHeaderLimit = std::size_t{64} << 20;
constexpr std::size_t kSealDigits = 64;
constexpr std::string_view kMetadataKey = "__metadata__";
constexpr std::string_view kSealKey = "sha256";
constexpr std::string_view kSealPrefix = R"({"__metadata__":{"sha256":")";

/// Bytes of one number, or nothing for a type this program does not use.
std::optional<std::uint64_t> elementSize(std::string_view dtype) {
    if (dtype == "F64" || dtype == "I64") {
        return 8;
    }
    if (dtype == "F32") {
        return 4;
    }
    if (dtype == "U8") {
        return 1;
    }
    return std::nullopt;
}

/// shape x element size, or nothing when a length is negative or the product does not fit.
std::optional<std::uint64_t> tensorSize(const std::vector<std::int64_t>& shape, std::uint64_t element) {
    std::uint64_t size = element;
    bool empty = false;
    for (const std::int64_t length : shape) {
        if (length < 0) {
            return std::nullopt;
        }
        empty = empty || length == 0;
        // A zero among the lengths must not hide an overflow of the others, nor depend on its position.
        if (length > 0 && __builtin_mul_overflow(size, static_cast<std::uint64_t>(length), &size)) {
            return std::nullopt;
        }
    }
    return empty ? 0 : size;
}

/// What the seal of a file must be: SHA-256 of everything, with zeros where its own digits stand.
std::string sealOf(std::string_view file) {
    const std::size_t begin = kLengthBytes + kSealPrefix.size();
    const std::string zeros(kSealDigits, '0');
    Sha256 hash;
    hash.update(file.data(), begin);
    hash.update(zeros.data(), zeros.size());
    hash.update(file.data() + begin + kSealDigits, file.size() - begin - kSealDigits);
    return hash.hex();
}

struct Entry {
    std::string name;
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::vector<std::uint64_t> offsets;
};

/// Reads the header event by event, so that nothing but what the format knows is ever stored, a key given twice is seen
/// (a JSON tree keeps the last one) and nesting cannot run away.
class HeaderReader : public nlohmann::json_sax<json> {
  public:
    explicit HeaderReader(std::string origin) : origin_(std::move(origin)) {}

    std::map<std::string, std::string> metadata;
    std::vector<Entry> entries;

    bool start_object(std::size_t /*elements*/) override {
        if (depth_ >= 2) {
            unexpected("an object");
        }
        ++depth_;
        fields_.clear();
        return true;
    }

    bool key(string_t& name) override {
        if (depth_ == 1) {
            outer_ = name;
            if (!names_.insert(name).second) {
                fail(fmt::format("the name \"{}\" stands twice", name));
            }
            if (!inMetadata()) {
                entries.emplace_back().name = name;
            }
            return true;
        }
        inner_ = name;
        if (!fields_.insert(name).second) {
            fail(fmt::format("\"{}\" of \"{}\" stands twice", inner_, outer_));
        }
        if (!inMetadata() && name != "dtype" && name != "shape" && name != "data_offsets") {
            fail(fmt::format("\"{}\" has the unknown field \"{}\"", outer_, name));
        }
        return true;
    }

    bool string(string_t& text) override {
        if (depth_ == 2 && inMetadata()) {
            metadata[inner_] = text;
        } else if (depth_ == 2 && inner_ == "dtype") {
            entries.back().dtype = text;
        } else {
            unexpected("text");
        }
        return true;
    }

    bool start_array(std::size_t /*elements*/) override {
        if (depth_ != 2 || inMetadata() || inner_ == "dtype") {
            unexpected("a list");
        }
        ++depth_;
        return true;
    }

    bool number_unsigned(number_unsigned_t number) override {
        if (depth_ != 3) {
            unexpected("a number");
        }
        if (inner_ == "data_offsets") {
            entries.back().offsets.push_back(number);
        } else if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            entries.back().shape.push_back(static_cast<std::int64_t>(number));
        } else {
            fail(fmt::format("the shape of \"{}\" is too large", outer_));
        }
        return true;
    }

    bool end_array() override {
        --depth_;
        return true;
    }

    bool end_object() override {
        if (depth_ == 2 && !inMetadata() && fields_.size() != 3) {
            fail(fmt::format("\"{}\" needs dtype, shape and data_offsets", outer_));
        }
        --depth_;
        return true;
    }

    bool null() override { return unexpected("null"); }
    bool boolean(bool /*value*/) override { return unexpected("true or false"); }
    bool number_integer(number_integer_t /*value*/) override { return unexpected("a negative number"); }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
        return unexpected("a number that is not whole");
    }
    bool binary(binary_t& /*value*/) override { return unexpected("binary data"); }

    // The parser's own message quotes what it read, which may be long and unprintable.
    bool parse_error(std::size_t position, const std::string& /*token*/, const json::exception& /*error*/) override {
        fail(fmt::format("not JSON in UTF-8 at byte {}", kLengthBytes + position - 1));
    }

    [[noreturn]] void fail(const std::string& what) const {
        // Names come from the file and may have any length.
        constexpr std::size_t kLongest = 300;
        throw InputError(
            fmt::format("{}: damaged header: {}; take another copy of the file", origin_, shownText(what, kLongest)));
    }

  private:
    bool inMetadata() const { return outer_ == kMetadataKey; }

    [[noreturn]] bool unexpected(const char* what) const {
        const std::string place =
            depth_ == 0 ? "at the top" : fmt::format("{} \"{}\"", depth_ == 1 ? "as" : "in", outer_);
        fail(fmt::format("{} is not expected {}", what, place));
    }

    std::string origin_;
    int depth_ = 0;  // 1: the header, 2: the metadata or one tensor, 3: a list of a tensor
    std::string outer_;
    std::string inner_;
    std::set<std::string> names_;
    std::set<std::string> fields_;
};

/// The bytes of each tensor must be where its shape says, and all together must fill the data exactly.
void checkLayout(const HeaderReader& header, std::uint64_t dataSize) {
    std::vector<std::pair<std::uint64_t, const Entry*>> order;
    for (const Entry& entry : header.entries) {
        const auto element = elementSize(entry.dtype);
        if (!element) {
            header.fail(
                fmt::format("\"{}\" has the type {}; F32, F64, I64 or U8 is expected", entry.name, entry.dtype));
        }
        const auto size = tensorSize(entry.shape, *element);
        if (!size) {
            header.fail(fmt::format("the shape of \"{}\" is too large", entry.name));
        }
        if (entry.offsets.size() != 2 || entry.offsets[0] > entry.offsets[1] || entry.offsets[1] > dataSize) {
            header.fail(fmt::format("the offsets of \"{}\" leave the {} bytes of data", entry.name, dataSize));
        }
        if (entry.offsets[1] - entry.offsets[0] != *size) {
            header.fail(fmt::format("\"{}\" has {} bytes where its shape needs {}", entry.name,
                                    entry.offsets[1] - entry.offsets[0], *size));
        }
        order.emplace_back(entry.offsets[0], &entry);
    }
    // Empty tensors first where several begin at one place.
    std::sort(order.begin(), order.end(),
              [](const auto& left, const auto& right) { return left.second->offsets < right.second->offsets; });
    std::uint64_t filled = 0;
    for (const auto& [begin, entry] : order) {
        if (begin != filled) {
            header.fail(fmt::format("\"{}\" begins at {} where the data before ends at {} ({})", entry->name, begin,
                                    filled, begin < filled ? "overlap" : "hole"));
        }
        filled = entry->offsets[1];
    }
    if (filled != dataSize) {
        header.fail(
            fmt::format("the tensors end at {} but {} bytes of data follow (truncated header or trailing bytes)",
                        filled, dataSize));
    }
}

std::string quoted(const std::string& text) {
    try {
        return json(text).dump();
    } catch (const json::exception&) {
        throw std::invalid_argument("safetensors: text is not UTF-8");
    }
}

}  // namespace

std::string encodeSafetensors(const SafetensorsFile& file) {
    std::vector<std::size_t> order;
    std::vector<std::uint64_t> begins(file.tensors.size());
    std::set<std::string> names{std::string(kMetadataKey)};
    for (std::size_t i = 0; i < file.tensors.size(); ++i) {
        const TensorBlob& tensor = file.tensors[i];
        const auto element = elementSize(tensor.dtype);
        if (!element || tensorSize(tensor.shape, *element) != tensor.bytes.size()) {
            throw std::invalid_argument(
                fmt::format("safetensors: type, shape and bytes of {} do not match", tensor.name));
        }
        if (!names.insert(tensor.name).second) {
            throw std::invalid_argument(fmt::format("safetensors: the name {} is taken", tensor.name));
        }
        order.push_back(i);
    }
    if (file.metadata.contains(std::string(kSealKey))) {
        throw std::invalid_argument("safetensors: the metadata key sha256 is the seal's");
    }
    std::stable_sort(order.begin(), order.end(), [&file](std::size_t left, std::size_t right) {
        return *elementSize(file.tensors[left].dtype) > *elementSize(file.tensors[right].dtype);
    });
    std::uint64_t dataSize = 0;
    for (const std::size_t i : order) {
        begins[i] = dataSize;
        dataSize += file.tensors[i].bytes.size();
    }

    std::string header(kSealPrefix);
    header += std::string(kSealDigits, '0') + '"';
    for (const auto& [key, value] : file.metadata) {
        header += fmt::format(",{}:{}", quoted(key), quoted(value));
    }
    header += '}';
    for (std::size_t i = 0; i < file.tensors.size(); ++i) {
        const TensorBlob& tensor = file.tensors[i];
        header += fmt::format(R"(,{}:{{"dtype":"{}","shape":{},"data_offsets":[{},{}]}})", quoted(tensor.name),
                              tensor.dtype, json(tensor.shape).dump(), begins[i], begins[i] + tensor.bytes.size());
    }
    header += '}';
    header.append((kLengthBytes - header.size() % kLengthBytes) % kLengthBytes, ' ');
    if (header.size() > kHeaderLimit) {
        throw std::invalid_argument("safetensors: the header would be larger than 64 MiB");
    }

    const std::uint64_t headerSize = header.size();
    std::string bytes(kLengthBytes + header.size() + dataSize, '\0');
    std::memcpy(bytes.data(), &headerSize, kLengthBytes);
    std::memcpy(bytes.data() + kLengthBytes, header.data(), header.size());
    for (const std::size_t i : order) {
        const auto& from = file.tensors[i].bytes;
        std::copy(from.begin(), from.end(),
                  reinterpret_cast<std::byte*>(bytes.data() + kLengthBytes + header.size() + begins[i]));
    }
    const std::string seal = sealOf(bytes);
    std::copy(seal.begin(), seal.end(), bytes.begin() + kLengthBytes + kSealPrefix.size());
    return bytes;
}

SafetensorsFile decodeSafetensors(std::string_view bytes, const std::string& origin) {
    if (bytes.size() < kLengthBytes) {
        throw InputError(fmt::format("{}: {} bytes are too few for a safetensors file (the header's length takes 8)",
                                     origin, bytes.size()));
    }
    std::uint64_t headerSize = 0;
    std::memcpy(&headerSize, bytes.data(), kLengthBytes);
    if (headerSize > kHeaderLimit || headerSize > bytes.size() - kLengthBytes) {
        throw InputError(fmt::format(
            "{}: at byte 0 a header of {} bytes is announced, but the file has {} bytes and 64 MiB is the limit; it is "
            "truncated or not a safetensors file",
            origin, headerSize, bytes.size()));
    }
    const std::string_view text = bytes.substr(kLengthBytes, headerSize);
    const std::string_view data = bytes.substr(kLengthBytes + headerSize);
    HeaderReader header(origin);
    if (text.empty() || text.front() != '{') {
        header.fail("'{' is expected at byte 8");
    }
    if (const std::size_t last = text.find_last_not_of(' '); text[last] != '}') {
        header.fail(fmt::format("'}}' and then only spaces are expected at its end, byte {}", kLengthBytes + last));
    }
    // The parser takes a zero byte for the end of its input and would not look at what follows.
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
        header.fail(fmt::format("a zero byte at byte {}", kLengthBytes + zero));
    }
    json::sax_parse(text.begin(), text.end(), &header);
    checkLayout(header, data.size());

    const std::string_view digits = text.substr(std::min(text.size(), kSealPrefix.size()), kSealDigits);
    if (!text.starts_with(kSealPrefix) || digits.size() != kSealDigits ||
        header.metadata[std::string(kSealKey)] != digits) {
        throw InputError(fmt::format(
            "{}: no SHA-256 seal at the start of the header; only files written by this program are read", origin));
    }
    if (sealOf(bytes) != digits) {
        throw InputError(
            fmt::format("{}: the SHA-256 seal does not match; the file is damaged, take another copy of it", origin));
    }

    SafetensorsFile file;
    header.metadata.erase(std::string(kSealKey));
    file.metadata = std::move(header.metadata);
    for (Entry& entry : header.entries) {
        const auto part = std::as_bytes(std::span(data)).subspan(entry.offsets[0], entry.offsets[1] - entry.offsets[0]);
        file.tensors.push_back({std::move(entry.name), std::move(entry.dtype), std::move(entry.shape),
                                std::vector<std::byte>(part.begin(), part.end())});
    }
    return file;
}

bool isWholeSafetensors(const std::string& path) {
    const char* const expected = "a safetensors file";
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path, error);
    try {
        const std::string length = readInputHead(path, expected, kLengthBytes);
        std::uint64_t headerSize = 0;
        if (error || length.size() != kLengthBytes) {
            return false;
        }
        std::memcpy(&headerSize, length.data(), kLengthBytes);
        if (headerSize > kHeaderLimit || headerSize > size - kLengthBytes) {
            return false;
        }
        const std::string head = readInputHead(path, expected, kLengthBytes + headerSize);
        HeaderReader header(path);
        json::sax_parse(head.begin() + kLengthBytes, head.end(), &header);
        checkLayout(header, size - kLengthBytes - headerSize);
        return true;
    } catch (const InputError&) {
        return false;
    }
}

}  // namespace elbo
