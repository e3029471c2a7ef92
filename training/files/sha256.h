// SHA-256 of bytes: names data sets and checkpoints by what they hold.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace elbo {

/// A running SHA-256. Feed bytes with update(), then read hex() once.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(const void* data, std::size_t size);
    /// The digest of everything fed so far, 64 lower-case hexadecimal digits. May be called again after more updates.
    std::string hex() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The digest of one block of memory, 64 lower-case hexadecimal digits.
std::string sha256Hex(const void* data, std::size_t size);

}  // namespace elbo
