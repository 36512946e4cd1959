#include "Seam.hpp"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#pragma clang diagnostic pop

struct ct_group {
  c10::intrusive_ptr<c10d::Backend> backend;
};

ct_group *ct_group_join(const char *host, int port, int rank, int size, int serves, double timeout_seconds) {
  CT_GUARD(nullptr, {
    const auto timeout = std::chrono::milliseconds(static_cast<int64_t>(timeout_seconds * 1000));
    c10d::TCPStoreOptions meeting;
    meeting.port = static_cast<uint16_t>(port);
    meeting.isServer = serves != 0;
    meeting.numWorkers = static_cast<size_t>(size);
    meeting.waitWorkers = false;
    meeting.timeout = timeout;
    auto store = c10::make_intrusive<c10d::TCPStore>(std::string(host), meeting);
    auto options = c10d::ProcessGroupGloo::Options::create_default(timeout);
    return new ct_group{c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, options)};
  })
}

void ct_group_leave(ct_group *group) { delete group; }

int ct_all_reduce(ct_group *group, ct_tensor *t) {
  CT_GUARD(1, {
    at::NoGradGuard no_gradient;
    std::vector<at::Tensor> tensors = {t->value};
    group->backend->allreduce(tensors)->wait();
    return 0;
  })
}
