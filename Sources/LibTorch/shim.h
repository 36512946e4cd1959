// LibTorch is C++: this target carries only the compiler and linker flags of libtorch.pc; CTorch includes its headers.
