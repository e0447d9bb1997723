#include "media/media.h"

#include <dlfcn.h>

#include "kernel/fault.h"
#include "media/codecs.h"

namespace osetra::media {
namespace {

#ifdef OSETRA_CODECS_WITHIN   // builds with sanitizers have everything in one
Codecs const& loaded() { return osetra_codecs_1(); }
#else
/// Stays until the program ends.
Codecs const& loaded() {
    auto* const part = dlopen("libosetra_codecs.so", RTLD_NOW | RTLD_LOCAL);
    if (!part) throw Fault(std::string{"the part that reads pictures and clips cannot be loaded; put libosetra_codecs.so beside the program: "} + dlerror());
    auto* const found = dlsym(part, "osetra_codecs_1");
    if (!found) throw Fault("libosetra_codecs.so beside the program belongs to another version of it; copy both from one build");
    return reinterpret_cast<Codecs const& (*)()>(found)();
}
#endif

Codecs const& codecs() {
    static auto const& all = loaded();
    return all;
}

} // namespace

cv::Mat unpack(std::string_view bytes) { return codecs().unpack(bytes); }
cv::Mat read(std::string const& path) { return codecs().read(path); }
std::string jpeg(cv::Mat const& bgr, int quality) { return codecs().jpeg(bgr, quality); }
std::string png(cv::Mat const& picture, int effort) { return codecs().png(picture, effort); }
bool write(std::string const& path, cv::Mat const& bgr) { return codecs().write(path, bgr); }
std::unique_ptr<ClipReader> open_clip(std::string const& path) { return codecs().open_clip(path); }
std::unique_ptr<ClipWriter> begin_clip(std::string const& path, double frames_per_s, cv::Size size) { return codecs().begin_clip(path, frames_per_s, size); }

} // namespace osetra::media
