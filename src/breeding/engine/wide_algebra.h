#pragma once

namespace osetra::breeding {

/// OpenBLAS chooses its kernels while it is loaded, by a list of processors: on one that is newer than itself (Zen 4, for 0.3.21) it takes those of AVX2 though AVX-512 is there, and
/// dense products take a third longer. Where that is so the program begins anew with its word for the better ones (OPENBLAS_CORETYPE, which a person may set instead). To be called
/// before anything else, with the words the program was called with.
void begin_with_wide_algebra(char** words);

} // namespace osetra::breeding
