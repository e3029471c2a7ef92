// Whole safetensors files, as they are and sealed anew.
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/sealed.h"
#include "training/experiment/experiment_text.h"
#include "training/files/safetensors.h"

namespace elbo::fuzz {
namespace {

void readFile(const std::string& bytes) {
    static const MemoryFile kFile;
    const auto file = accepted([&] { return decodeSafetensors(bytes, "fuzz.safetensors"); });
    kFile.write(bytes);
    const bool whole = isWholeSafetensors(kFile.path());
    if (file) {
        require(whole, "a file that is read has the length that its header says");
        require(decodeSafetensors(encodeSafetensors(*file), "again") == *file, "what is read can be written and read");
    }
}

TensorBlob tensor(const char* name, const char* type, std::vector<std::int64_t> shape, std::size_t size) {
    return {name, type, std::move(shape), std::vector<std::byte>(size, std::byte{7})};
}

}  // namespace

std::vector<std::string> seeds() {
    std::vector<std::string> files;
    for (const SafetensorsFile& file : std::vector<SafetensorsFile>{
             {},
             {{{"format", "elboroom-checkpoint-2"}, {"experiment", writeExperiment(Experiment())}},
              {tensor("parameters", "F32", {2, 3}, 24), tensor("step", "I64", {}, 8)}},
             {{{"failures", "[\"\", \"loss is nan\"]"}, {"held_knobs", "beta lambda "}},
              {tensor("healthy", "U8", {2}, 2), tensor("averages", "F64", {2, 1}, 16)}},
             {{}, {tensor("none", "F32", {0, 7}, 0), tensor("", "U8", {1}, 1), tensor("\u03b2 \"\\\n", "U8", {3}, 3)}},
         }) {
        files.push_back(encodeSafetensors(file));
    }
    files.push_back(files[1].substr(0, files[1].size() - 1));
    files.push_back(std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10));
    return files;
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes = elbo::fuzz::textOf(data, size);
    elbo::fuzz::readFile(bytes);
    elbo::fuzz::readFile(elbo::fuzz::sealed(bytes));
    return 0;
}
