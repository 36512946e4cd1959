import CMalloc

/// Keeps memory that was freed for the next tensor, up to half a gigabyte, instead of giving it back to the system: otherwise a tenth of the
/// time of a segmentation goes into pages that come and go.
func keepFreedMemory() {
  #if canImport(Glibc)
    mallopt(M_TRIM_THRESHOLD, 1 << 29)
    mallopt(M_TOP_PAD, 1 << 26)
    // The largest that glibc takes; what is larger is mapped by itself and returned at once.
    mallopt(M_MMAP_THRESHOLD, 1 << 25)
  #endif
}
