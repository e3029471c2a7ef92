// What a TOML file may not do to the parser, which trusts its input: said before it sees a byte.
#pragma once

#include <string>
#include <string_view>

namespace elbo {

/// Throws InputError with file, line and column where `text` is longer than 1 MiB, nests lists and tables more than 32
/// deep, has a key of more than 16 parts or a word outside of quotes or key of more than 256 bytes (toml++ 3.3 recurses
/// once per part), or has anything outside of quotes and comments that TOML does not know there, such as a letter that
/// is not ASCII (undefined behaviour in toml++ 3.3). What passes need not be TOML.
void requireHarmlessToml(std::string_view text, const std::string& origin);

}  // namespace elbo
