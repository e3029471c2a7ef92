// Bad input as the user is told of it.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace elbo {

/// Where in a file something was found; line and column count from 1, 0: unknown.
struct InputPlace {
    std::string file;
    int line = 0;
    int column = 0;

    /// "lab.toml: line 3, column 7: ", "lab.toml: ", or nothing.
    std::string text() const;
};

/// Bad input: what() names the file or field, the place, what was expected and the remedy. Exit code 3. Who wants to
/// know which field of an experiment is meant, or where it stands, asks for it and reads no message.
class InputError : public std::runtime_error {
  public:
    /// A message that is complete in itself.
    explicit InputError(const std::string& message);
    /// "KEY COMPLAINT": `data.train_size is 0, but must be ...`.
    static InputError ofField(const std::string& key, const std::string& complaint);
    /// The same error with the place where it was found in front of its message.
    InputError at(const InputPlace& place) const;

    /// The dotted key of the field that is meant; empty where it is no single one.
    const std::string& field() const { return parts_->field; }
    /// The message without the key and the place: "is 0, but must be ...".
    const std::string& complaint() const { return parts_->complaint; }
    const InputPlace& place() const { return parts_->place; }

  private:
    struct Parts {
        InputPlace place;
        std::string field;
        std::string complaint;

        explicit Parts(std::string text) : complaint(std::move(text)) {}
        std::string message() const;
    };
    explicit InputError(Parts parts);

    std::shared_ptr<const Parts> parts_;  ///< shared, so that copies of an error in flight cannot throw
};

}  // namespace elbo
