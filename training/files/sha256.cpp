#include "training/files/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace elbo {
namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

void require(int succeeded) {
    if (succeeded != 1) {
        throw std::runtime_error("OpenSSL could not compute a SHA-256 digest; is its default provider installed?");
    }
}

}  // namespace

struct Sha256::State {
    Context context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    require(state_->context != nullptr);
    require(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(const void* data, std::size_t size) {
    require(EVP_DigestUpdate(state_->context.get(), data, size));
}

std::string Sha256::hex() const {
    // Finishing a copy leaves the running digest usable.
    const Context copy(EVP_MD_CTX_new());
    require(copy != nullptr);
    require(EVP_MD_CTX_copy_ex(copy.get(), state_->context.get()));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    require(EVP_DigestFinal_ex(copy.get(), digest.data(), &length));

    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * static_cast<std::size_t>(length));
    for (unsigned int i = 0; i < length; ++i) {
        text.push_back(kDigits[digest[i] >> 4]);
        text.push_back(kDigits[digest[i] & 15]);
    }
    return text;
}

std::string sha256Hex(const void* data, std::size_t size) {
    Sha256 digest;
    digest.update(data, size);
    return digest.hex();
}

}  // namespace elbo
