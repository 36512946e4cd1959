#include "Seam.hpp"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <c10/core/GradMode.h>
#pragma clang diagnostic pop

int ct_set_requires_grad(ct_tensor *t, int on) { CT_GUARD(1, t->value.requires_grad_(on != 0); return 0;) }

int ct_requires_grad(const ct_tensor *t) { return t->value.requires_grad(); }

int ct_backward(const ct_tensor *scalar) { CT_GUARD(1, scalar->value.backward(); return 0;) }

int ct_has_grad(const ct_tensor *t) { CT_GUARD(0, return t->value.is_leaf() && t->value.grad().defined();) }

ct_tensor *ct_grad(const ct_tensor *t) { CT_TENSOR(t->value.grad()) }

int ct_clear_grad(ct_tensor *t) { CT_GUARD(1, t->value.mutable_grad() = at::Tensor(); return 0;) }

int ct_grad_enabled(void) { return c10::GradMode::is_enabled(); }

void ct_set_grad_enabled(int on) { c10::GradMode::set_enabled(on != 0); }

int ct_accumulate(ct_tensor *t, const ct_tensor *other, double scale) { CT_IN_PLACE(t->value.add_(other->value, scale)) }

int ct_scale(ct_tensor *t, double factor) { CT_IN_PLACE(t->value.mul_(factor)) }

int ct_multiply(ct_tensor *t, const ct_tensor *other) { CT_IN_PLACE(t->value.mul_(other->value)) }

int ct_copy(ct_tensor *t, const ct_tensor *source) { CT_IN_PLACE(t->value.copy_(source->value)) }

int ct_fill(ct_tensor *t, double value) { CT_IN_PLACE(t->value.fill_(value)) }

int ct_addcmul(ct_tensor *t, const ct_tensor *a, const ct_tensor *b, double scale) {
  CT_IN_PLACE(t->value.addcmul_(a->value, b->value, scale))
}

int ct_addcdiv(ct_tensor *t, const ct_tensor *a, const ct_tensor *b, double scale) {
  CT_IN_PLACE(t->value.addcdiv_(a->value, b->value, scale))
}

int ct_lerp(ct_tensor *t, const ct_tensor *end, double weight) { CT_IN_PLACE(t->value.lerp_(end->value, weight)) }
