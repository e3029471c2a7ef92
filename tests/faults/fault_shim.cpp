// A preloaded library in which the nth call of a kind fails: what a full disk, a broken one, or a machine without
// memory does to a program, at a point that can be asked for again.
//
//   LD_PRELOAD=.../libfault_shim.so ELBOROOM_FAULT=write:7 elboroom train ...
//
// ELBOROOM_FAULT         "count", or KIND:N or KIND:N:HOW. KIND is write, fsync, rename, open (for writing), close,
// mmap,
//                        malloc, or disk: the first five together. HOW is once (the default), forever (the nth and all
//                        that follow), half (the nth write takes half of its bytes, those that follow fail) or kill
//                        (SIGKILL in place of the nth call). "count" says at the end how many there were.
// ELBOROOM_FAULT_PREFIX  files count whose absolute path begins with it (default: all)
// ELBOROOM_FAULT_ERRNO   ENOSPC, EIO or ENOMEM (default: what the call most likely says)
// ELBOROOM_FAULT_BYTES   allocations count from this size (default 4096), so that a fault meets the program and not the
//                        small change of the libraries below it
//
// Calls are counted from main() on, over all threads. Long pauses pass at once, and fsync() of a file that counts does
// nothing: the test of a disk need not wait for one. Nothing here allocates, throws or locks, because it may be called
// from inside an allocator, a signal handler or before any other library is set up.

// Both give the functions that are written here other names or bodies.
#undef _FORTIFY_SOURCE
#undef _FILE_OFFSET_BITS

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

// The allocator itself, under the names that no preloaded library takes over.
extern "C" {
void* __libc_malloc(size_t bytes);                      // NOLINT
void* __libc_calloc(size_t count, size_t bytes);        // NOLINT
void* __libc_realloc(void* old, size_t bytes);          // NOLINT
void* __libc_memalign(size_t alignment, size_t bytes);  // NOLINT
}

namespace {

enum Kind { kWrite, kFsync, kRename, kOpen, kClose, kMmap, kMalloc, kDisk, kKinds };
constexpr const char* kNames[kKinds] = {"write", "fsync", "rename", "open", "close", "mmap", "malloc", "disk"};

enum class How { Once, Forever, Half, Kill };
enum class Verdict { Pass, Fail, Half };

std::atomic<bool> armed{false};  // false until main() begins
bool counting = false;
Kind wanted = kKinds;
long nth = 0;
How how = How::Once;
int error = 0;
size_t leastBytes = 4096;
const char* prefix = "";
std::atomic<long> calls[kKinds];

int usualError(Kind kind) {
    return kind == kMmap || kind == kMalloc ? ENOMEM : kind == kFsync || kind == kClose ? EIO : ENOSPC;
}

bool readSettings() {
    const char* text = getenv("ELBOROOM_FAULT");
    if (text == nullptr || *text == '\0') {
        return false;
    }
    if (const char* path = getenv("ELBOROOM_FAULT_PREFIX")) {
        prefix = path;
    }
    if (const char* bytes = getenv("ELBOROOM_FAULT_BYTES")) {
        leastBytes = strtoul(bytes, nullptr, 10);
    }
    if (const char* name = getenv("ELBOROOM_FAULT_ERRNO")) {
        error = strcmp(name, "EIO") == 0 ? EIO : strcmp(name, "ENOMEM") == 0 ? ENOMEM : ENOSPC;
    }
    if (strcmp(text, "count") == 0) {
        counting = true;
        return true;
    }
    const char* colon = strchr(text, ':');
    for (int kind = 0; colon != nullptr && kind < kKinds; ++kind) {
        const size_t length = static_cast<size_t>(colon - text);
        if (strlen(kNames[kind]) == length && strncmp(text, kNames[kind], length) == 0) {
            wanted = static_cast<Kind>(kind);
        }
    }
    char* end = nullptr;
    nth = colon == nullptr ? 0 : strtol(colon + 1, &end, 10);
    if (wanted == kKinds || nth < 1) {
        fprintf(stderr, "fault_shim: ELBOROOM_FAULT=%s is neither count nor KIND:N[:HOW]\n", text);
        _exit(125);
    }
    const char* manner = *end == ':' ? end + 1 : "once";
    how = strcmp(manner, "forever") == 0 ? How::Forever
          : strcmp(manner, "half") == 0  ? How::Half
          : strcmp(manner, "kill") == 0  ? How::Kill
                                         : How::Once;
    error = error != 0 ? error : usualError(wanted);
    return true;
}

/// Counts a call as one of `kind`; whether it is one that the fault is meant for.
Verdict judge(Kind kind) {
    const long number = ++calls[kind];
    if (kind != wanted) {
        return Verdict::Pass;
    }
    if (number == nth) {
        if (how == How::Kill) {
            kill(getpid(), SIGKILL);
        }
        return how == How::Half ? Verdict::Half : Verdict::Fail;
    }
    return number > nth && (how == How::Forever || how == How::Half) ? Verdict::Fail : Verdict::Pass;
}

/// The same of a call that reaches the disk, which is of two kinds.
Verdict judgeDisk(Kind kind) {
    const Verdict alone = judge(kind);
    const Verdict together = judge(kDisk);
    return alone != Verdict::Pass ? alone : together;
}

/// The folder itself counts too: that is what a file without a name is opened in.
bool startsWithPrefix(const char* path) {
    const size_t length = strlen(prefix);
    return strncmp(path, prefix, length) == 0 || (length > 1 && prefix[length - 1] == '/' &&
                                                  strlen(path) == length - 1 && strncmp(path, prefix, length - 1) == 0);
}

bool counts(const char* path) {
    if (!armed || path == nullptr) {
        return false;
    }
    if (*path == '/' || *prefix == '\0') {
        return startsWithPrefix(path);
    }
    char absolute[2 * PATH_MAX];
    if (syscall(SYS_getcwd, absolute, PATH_MAX) < 0) {
        return false;
    }
    const size_t length = strlen(absolute);
    absolute[length] = '/';
    strncpy(absolute + length + 1, path, sizeof absolute - length - 2);
    absolute[sizeof absolute - 1] = '\0';
    return startsWithPrefix(absolute);
}

/// Of an open file; a socket or a pipe has no path and does not count.
bool counts(int descriptor) {
    if (!armed || descriptor < 0) {
        return false;
    }
    char link[32] = "/proc/self/fd/";
    char digits[12];
    int used = 0;
    for (unsigned rest = static_cast<unsigned>(descriptor); used == 0 || rest > 0; rest /= 10) {
        digits[used++] = static_cast<char>('0' + rest % 10);
    }
    size_t end = strlen(link);
    while (used > 0) {
        link[end++] = digits[--used];
    }
    link[end] = '\0';
    char path[PATH_MAX];
    const ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (length <= 0 || path[0] != '/') {
        return false;
    }
    path[length] = '\0';
    return startsWithPrefix(path);
}

int failed() {
    errno = error;
    return -1;
}

int openFile(int folder, const char* path, int flags, mode_t mode) {
    const bool writing = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0;
    if (writing && counts(path) && judgeDisk(kOpen) != Verdict::Pass) {
        return failed();
    }
    return static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
}

mode_t modeOf(int flags, va_list rest) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(rest, unsigned)) : 0;
}

/// `write` takes the number of bytes that it shall write.
template <typename Write>
ssize_t writeBytes(int descriptor, size_t count, const Write& write) {
    const Verdict verdict = counts(descriptor) ? judgeDisk(kWrite) : Verdict::Pass;
    if (verdict == Verdict::Fail) {
        return failed();
    }
    return write(verdict == Verdict::Half ? count / 2 : count);
}

int flush(int descriptor, long call) {
    if (!counts(descriptor)) {
        return static_cast<int>(syscall(call, descriptor));
    }
    return judgeDisk(kFsync) == Verdict::Pass ? 0 : failed();
}

int renameFile(int from, const char* older, int to, const char* newer, unsigned flags) {
    if (counts(newer) && judgeDisk(kRename) != Verdict::Pass) {
        return failed();
    }
    return static_cast<int>(syscall(SYS_renameat2, from, older, to, newer, flags));
}

bool refusesMemory(size_t bytes) {
    return armed && bytes >= leastBytes && judge(kMalloc) != Verdict::Pass;
}

void* noMemory() {
    errno = ENOMEM;
    return nullptr;
}

/// Of a pause. What a program waits for is not the clock but whatever it waits for meanwhile, which fails at once.
const timespec* shortened(const timespec* asked, timespec& brief) {
    constexpr long kLong = 100'000'000;  // ns
    if (!armed || asked == nullptr || (asked->tv_sec == 0 && asked->tv_nsec < kLong)) {
        return asked;
    }
    brief = {0, 1'000'000};
    return &brief;
}

int (*programsMain)(int, char**, char**) = nullptr;

int mainUnderFaults(int argc, char** argv, char** environment) {
    armed = readSettings();
    return programsMain(argc, argv, environment);
}

__attribute__((destructor)) void sayCounts() {
    if (!counting) {
        return;
    }
    armed = false;
    char text[256] = "fault_shim:";
    size_t length = strlen(text);
    for (int kind = 0; kind < kKinds; ++kind) {
        length += static_cast<size_t>(
            snprintf(text + length, sizeof text - length, " %s %ld", kNames[kind], calls[kind].load()));
    }
    text[length++] = '\n';
    syscall(SYS_write, STDERR_FILENO, text, length);
}

}  // namespace

extern "C" {

/// The C library's own start of a program: the one place that stands between the set-up of libraries and main().
int __libc_start_main(int (*entry)(int, char**, char**), int argc, char** argv, void (*init)(),
                      void (*fini)(),  // NOLINT
                      void (*end)(), void* stack) {
    using Start = int (*)(int (*)(int, char**, char**), int, char**, void (*)(), void (*)(), void (*)(), void*);
    programsMain = entry;
    const auto start = reinterpret_cast<Start>(dlsym(RTLD_NEXT, "__libc_start_main"));
    return start(mainUnderFaults, argc, argv, init, fini, end, stack);
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
    return writeBytes(descriptor, count, [&](size_t n) { return syscall(SYS_write, descriptor, bytes, n); });
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t at) {
    return writeBytes(descriptor, count, [&](size_t n) { return syscall(SYS_pwrite64, descriptor, bytes, n, at); });
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t at) {
    return pwrite(descriptor, bytes, count, at);
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
    return writeBytes(descriptor, 2, [&](size_t share) {
        return share == 2 ? syscall(SYS_writev, descriptor, parts, count)
                          : syscall(SYS_write, descriptor, parts->iov_base, parts->iov_len / 2);
    });
}

int fsync(int descriptor) {
    return flush(descriptor, SYS_fsync);
}

int fdatasync(int descriptor) {
    return flush(descriptor, SYS_fdatasync);
}

int rename(const char* older, const char* newer) {
    return renameFile(AT_FDCWD, older, AT_FDCWD, newer, 0);
}

int renameat(int from, const char* older, int to, const char* newer) {
    return renameFile(from, older, to, newer, 0);
}

int renameat2(int from, const char* older, int to, const char* newer, unsigned flags) {
    return renameFile(from, older, to, newer, flags);
}

/// Gives a file that was written without a name its name, which is a way to rename it.
int linkat(int from, const char* older, int to, const char* newer, int flags) {
    if (counts(newer) && judgeDisk(kRename) != Verdict::Pass) {
        return failed();
    }
    return static_cast<int>(syscall(SYS_linkat, from, older, to, newer, flags));
}

int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = modeOf(flags, rest);
    va_end(rest);
    return openFile(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = modeOf(flags, rest);
    va_end(rest);
    return openFile(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = modeOf(flags, rest);
    va_end(rest);
    return openFile(folder, path, flags, mode);
}

int openat64(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = modeOf(flags, rest);
    va_end(rest);
    return openFile(folder, path, flags, mode);
}

/// A descriptor is gone even where close() reports an error, as on Linux.
int close(int descriptor) {
    const bool fails = counts(descriptor) && judgeDisk(kClose) != Verdict::Pass;
    const int result = static_cast<int>(syscall(SYS_close, descriptor));
    return fails ? failed() : result;
}

void* mmap(void* place, size_t bytes, int access, int flags, int descriptor, off_t at) {
    if (armed && bytes >= leastBytes && (descriptor < 0 || *prefix == '\0' || counts(descriptor)) &&
        judge(kMmap) != Verdict::Pass) {
        errno = error;
        return MAP_FAILED;
    }
    return reinterpret_cast<void*>(syscall(SYS_mmap, place, bytes, access, flags, descriptor, at));
}

void* mmap64(void* place, size_t bytes, int access, int flags, int descriptor, off64_t at) {
    return mmap(place, bytes, access, flags, descriptor, at);
}

void* malloc(size_t bytes) {
    return refusesMemory(bytes) ? noMemory() : __libc_malloc(bytes);
}

void* calloc(size_t count, size_t bytes) {
    size_t all = 0;
    const bool overflows = __builtin_mul_overflow(count, bytes, &all);
    return overflows || refusesMemory(all) ? noMemory() : __libc_calloc(count, bytes);
}

void* realloc(void* old, size_t bytes) {
    return refusesMemory(bytes) ? noMemory() : __libc_realloc(old, bytes);
}

void* memalign(size_t alignment, size_t bytes) {
    return refusesMemory(bytes) ? noMemory() : __libc_memalign(alignment, bytes);
}

void* aligned_alloc(size_t alignment, size_t bytes) {
    return memalign(alignment, bytes);
}

int posix_memalign(void** result, size_t alignment, size_t bytes) {
    void* memory = memalign(alignment, bytes);
    if (memory == nullptr) {
        return ENOMEM;
    }
    *result = memory;
    return 0;
}

int nanosleep(const timespec* asked, timespec* left) {
    timespec brief{};
    return static_cast<int>(syscall(SYS_nanosleep, shortened(asked, brief), left));
}

/// Returns the error instead of setting errno.
int clock_nanosleep(clockid_t clock, int flags, const timespec* asked, timespec* left) {
    timespec brief{};
    const timespec* time = flags == 0 ? shortened(asked, brief) : asked;
    return syscall(SYS_clock_nanosleep, clock, flags, time, left) == 0 ? 0 : errno;
}

}  // extern "C"
