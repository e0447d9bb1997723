#pragma once
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace osetra {

/// Why a command was not carried out: something the caller can read, understand and mend.
/// `code` is stable and part of the API; `message` is for people and says what to do; `at` points into the
/// request (a field name, or "sheet!B7" for a spreadsheet).
struct Refusal {
    std::string code;
    std::string message;
    std::string at;
    friend bool operator==(Refusal const&, Refusal const&) = default;
};

template <class T> using Result = tl::expected<T, Refusal>;

/// The value of a Result that carries nothing but "yes".
struct Done {};

[[nodiscard]] inline auto refuse(std::string_view code, std::string message, std::string at = {}) {
    return tl::unexpected(Refusal{std::string{code}, std::move(message), std::move(at)});
}

} // namespace osetra

/// The value of `expr`, or leave this function with its refusal.
#define OSETRA_TRY(expr)                                                                            \
    __extension__({                                                                                 \
        auto osetra_result = (expr);                                                                \
        if (!osetra_result) return tl::unexpected(std::move(osetra_result).error());                \
        *std::move(osetra_result);                                                                  \
    })
