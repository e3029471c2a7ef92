// Reference values computed independently, read from beside the source tree when they are there.
#pragma once

#include <QFile>
#include <QtTest>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace elbo {

/// The JSON of an oracle file, or nothing when the folder is absent (the test then skips with a reason).
inline std::optional<nlohmann::json> oracle(const std::string& name) {
    QFile file(QString::fromStdString(std::string(ELBOROOM_SOURCE_DIR) + "/../shared/oracles/" + name));
    if (!file.open(QIODevice::ReadOnly)) {
        return std::nullopt;
    }
    return nlohmann::json::parse(file.readAll().toStdString());
}

}  // namespace elbo

/// Skips the test function when the oracle is absent.
#define REQUIRE_ORACLE(variable, name)                    \
    const auto variable##File = elbo::oracle(name);       \
    if (!variable##File) {                                \
        QSKIP("the reference file " name " is not here"); \
    }                                                     \
    const nlohmann::json& variable = *variable##File
