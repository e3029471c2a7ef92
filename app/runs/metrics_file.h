// metrics.jsonl: lines that are whole, whatever happens to the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace elbo {

/// Appends lines to a file. A line that the disk takes in part only is cut off again; it waits, and those behind it,
/// until the disk takes them. One thread, one writer per file.
class MetricsFile {
  public:
    /// Opens `path` for appending, and makes it where there is none. Throws InputError.
    explicit MetricsFile(std::string path);
    ~MetricsFile();
    MetricsFile(MetricsFile&& other) noexcept;
    MetricsFile& operator=(MetricsFile&& other) noexcept;

    /// Appends `line`, after those that wait. Throws InputError where the disk takes none now, and, once everything is
    /// written, where the file had been removed and had to be made anew or lines were given up.
    void append(const std::string& line);
    /// Writes what waits and flushes it to the disk, so that it survives a power cut. Throws as append().
    void sync();

    /// Lines wait up to so many bytes; then the oldest are given up.
    static constexpr std::size_t kMostWaiting = std::size_t{64} << 20;

  private:
    void open();
    /// Opens the file anew where something removed or replaced it.
    void reopenIfRemoved();
    void writeWaiting();
    void writeLine(std::string_view line);

    std::string path_;
    int descriptor_ = -1;
    std::int64_t size_ = 0;  ///< of the whole lines in the file
    std::deque<std::string> waiting_;
    std::size_t waitingBytes_ = 0;
    std::size_t lost_ = 0;  ///< lines given up since the last that was written
    bool removed_ = false;  ///< the file had to be made anew, which was not said yet
    bool unflushed_ = false;
};

}  // namespace elbo
