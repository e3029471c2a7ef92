#include "training/experiment/input_error.h"

#include <fmt/format.h>

#include <utility>

namespace elbo {

std::string InputPlace::text() const {
    if (file.empty()) {
        return "";
    }
    if (line == 0) {
        return fmt::format("{}: ", file);
    }
    return fmt::format("{}: line {}, column {}: ", file, line, column);
}

std::string InputError::Parts::message() const {
    return fmt::format("{}{}{}{}", place.text(), field, field.empty() ? "" : " ", complaint);
}

InputError::InputError(Parts parts)
    : std::runtime_error(parts.message()), parts_(std::make_shared<const Parts>(std::move(parts))) {}

InputError::InputError(const std::string& message) : InputError(Parts(message)) {}

InputError InputError::ofField(const std::string& key, const std::string& complaint) {
    Parts parts(complaint);
    parts.field = key;
    return InputError(std::move(parts));
}

InputError InputError::at(const InputPlace& place) const {
    Parts parts = *parts_;
    parts.place = place;
    return InputError(std::move(parts));
}

}  // namespace elbo
