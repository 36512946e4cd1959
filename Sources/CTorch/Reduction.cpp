#include "Seam.hpp"

ct_tensor *ct_sum(const ct_tensor *t, const int64_t *dims, int64_t count, int keep) {
  CT_TENSOR(count == 0 ? t->value.sum() : t->value.sum(seam::array(dims, count), keep != 0))
}

ct_tensor *ct_mean(const ct_tensor *t, const int64_t *dims, int64_t count, int keep) {
  CT_TENSOR(count == 0 ? t->value.mean() : t->value.mean(seam::array(dims, count), keep != 0))
}

ct_tensor *ct_amax(const ct_tensor *t, const int64_t *dims, int64_t count, int keep) {
  CT_TENSOR(at::amax(t->value, seam::array(dims, count), keep != 0))
}

ct_tensor *ct_amin(const ct_tensor *t, const int64_t *dims, int64_t count, int keep) {
  CT_TENSOR(at::amin(t->value, seam::array(dims, count), keep != 0))
}

ct_tensor *ct_matmul(const ct_tensor *a, const ct_tensor *b) { CT_TENSOR(at::matmul(a->value, b->value)) }
