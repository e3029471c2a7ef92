// The one way values travel between the threads of the lab: the latest value wins, nobody waits for a reader.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace elbo {

/// Holds one value of T with a version that grows at every change. Any thread may call any function. The lock is held
/// for a copy or a small edit of T only, so T should be cheap to copy (a shared_ptr<const ...> for anything large).
template <typename T>
class Mailbox {
  public:
    struct Letter {
        T value;
        std::uint64_t version = 0;
    };

    Mailbox() = default;
    explicit Mailbox(T initial) : value_(std::move(initial)) {}
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    /// Replaces the value and wakes waiting readers.
    void put(T value) {
        change([&value](T& held) { std::swap(held, value); });
        // The old value is released here, outside the lock: freeing a snapshot may take a while.
    }

    /// Edits the value in place under the lock and wakes waiting readers. `edit` must not block.
    template <typename Edit>
    void change(Edit&& edit) {
        {
            const std::lock_guard lock(mutex_);
            std::forward<Edit>(edit)(value_);
            ++version_;
        }
        changed_.notify_all();
    }

    /// The value and its version; version 0 means that nothing was ever put.
    Letter latest() const {
        const std::lock_guard lock(mutex_);
        return {value_, version_};
    }

    /// Takes the value out when it is newer than `seen`, leaving a default-constructed T; sets `seen`.
    std::optional<T> take(std::uint64_t& seen) {
        const std::lock_guard lock(mutex_);
        if (version_ == seen) {
            return std::nullopt;
        }
        seen = version_;
        return std::exchange(value_, T{});
    }

    /// Sleeps until the version differs from `seen` or a stop is asked for; returns whether there is something new.
    bool wait(std::uint64_t seen, std::stop_token stop) const {
        std::unique_lock lock(mutex_);
        return changed_.wait(lock, stop, [&] { return version_ != seen; });
    }

    /// As wait(), for at most `limit`.
    template <typename Rep, typename Period>
    bool waitFor(std::uint64_t seen, std::stop_token stop, std::chrono::duration<Rep, Period> limit) const {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, stop, limit, [&] { return version_ != seen; });
    }

  private:
    mutable std::mutex mutex_;
    mutable std::condition_variable_any changed_;
    T value_{};
    std::uint64_t version_ = 0;
};

}  // namespace elbo
