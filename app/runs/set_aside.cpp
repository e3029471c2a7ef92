#include "app/runs/set_aside.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace elbo {

std::string setAside(const std::string& path, const std::string& suffix) {
    std::error_code error;
    std::string target = path + suffix;
    for (int i = 2; std::filesystem::exists(target, error); ++i) {
        target = fmt::format("{}{}-{}", path, suffix, i);
    }
    std::filesystem::rename(path, target, error);
    return error ? std::string() : target;
}

}  // namespace elbo
