// What the allocator does with large blocks that were freed.
#pragma once

namespace elbo {

/// Keeps freed memory for the next tensor of that size instead of giving it back to the system after every operation,
/// whose clearing of fresh pages otherwise takes as long as the arithmetic. For commands that compute and then end.
/// Does nothing where the C library has no such setting. Call before threads exist.
void keepFreedMemory();

}  // namespace elbo
