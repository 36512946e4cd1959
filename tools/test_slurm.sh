#!/usr/bin/env bash
# Runs `softcord run --write-slurm` on a real Slurm: two nodes are two network and UTS namespaces on this machine. A node is killed in the middle,
# its task is requeued, and the result has the same bytes as one process gives. Needs root, slurm-wlm and munge (Debian), iproute2; says so and ends with
# status 0 where they cannot be had.
#
#   tools/test_slurm.sh TOOL FOLDER     FOLDER/raw holds a BIDS data set; tools/cohort_stress.py makes one
set -euo pipefail
tool=$(realpath "$1") folder=$(realpath "$2")
skip() { echo "test-slurm: skipped: $*"; exit 0; }
[ "$(id -u)" -eq 0 ] || skip "it needs root"
if ! command -v slurmctld >/dev/null || ! command -v munged >/dev/null || ! command -v ip >/dev/null; then
  command -v apt-get >/dev/null || skip "Slurm is not here, nor apt-get"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq slurm-wlm munge iproute2 >/dev/null 2>&1 || skip "Slurm cannot be installed"
fi
unshare --uts --net true 2>/dev/null || skip "namespaces are not allowed"

state=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  for node in 1 2; do ip netns del softcord$node 2>/dev/null || true; done
  ip link del softcord0 2>/dev/null || true
  [ -n "${KEEP:-}" ] || rm -rf "$state"
}
trap finish EXIT

# A bridge between this machine, where slurmctld runs, and the nodes.
ip link add softcord0 type bridge || skip "network namespaces cannot be made"
ip addr add 10.77.0.1/24 dev softcord0
ip link set softcord0 up
printf '127.0.0.1 localhost\n10.77.0.1 head\n10.77.0.11 node1\n10.77.0.12 node2\n' >"$state/hosts"
for node in 1 2; do
  ip netns add softcord$node
  ip link add softcord-v$node type veth peer name eth0 netns softcord$node
  ip link set softcord-v$node master softcord0 up
  ip -n softcord$node addr add 10.77.0.1$node/24 dev eth0
  ip -n softcord$node link set eth0 up
  ip -n softcord$node link set lo up
done

mkdir -p /run/munge /var/log/munge "$state"/{ctld,spool1,spool2}
[ -f /etc/munge/munge.key ] || mungekey --create
chown -R munge: /run/munge /var/log/munge /etc/munge
if ! munge -n >/dev/null 2>&1; then
  runuser -u munge -- munged --foreground --syslog &
  pids+=($!)
fi
memory=$(($(awk '/MemTotal/ {print $2}' /proc/meminfo) / 1024))
cat >"$state/slurm.conf" <<CONF
ClusterName=softcord
SlurmctldHost=head(10.77.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SwitchType=switch/none
MinJobAge=3600
ReturnToService=2
SlurmdTimeout=20
SlurmctldParameters=node_reg_mem_percent=1
SlurmdParameters=config_overrides
StateSaveLocation=$state/ctld
SlurmdSpoolDir=$state/spool-%n
SlurmctldPidFile=$state/ctld.pid
SlurmdPidFile=$state/slurmd-%n.pid
NodeName=node1 NodeAddr=10.77.0.11 CPUs=2 RealMemory=$memory State=UNKNOWN
NodeName=node2 NodeAddr=10.77.0.12 CPUs=2 RealMemory=$memory State=UNKNOWN
PartitionName=main Nodes=node1,node2 Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$state/slurm.conf
mkdir -p "$state/spool-node1" "$state/spool-node2"

# Each with the hosts file of this cluster, in a mount and UTS namespace of its own.
unshare --mount --uts sh -c "mount --bind '$state/hosts' /etc/hosts; hostname head; exec slurmctld -D" >"$state/ctld.log" 2>&1 &
pids+=($!)
start_node() {
  # Not by ip netns exec, which hides the control groups that slurmd asks for.
  nsenter --net=/run/netns/softcord"$1" unshare --mount --uts sh -c "mount --bind '$state/hosts' /etc/hosts; hostname node$1; exec slurmd -D -N node$1" >>"$state/node$1.log" 2>&1 &
  nodes[$1]=$!
  pids+=($!)
}
declare -A nodes
start_node 1
start_node 2
for _ in $(seq 60); do
  [ "$(sinfo --noheader --format=%T --Node 2>/dev/null | grep -c idle)" = 2 ] && break
  sleep 1
done
sinfo
[ "$(sinfo --noheader --format=%T --Node | grep -c idle)" = 2 ] || { tail "$state"/*.log; skip "Slurm does not start here"; }

rm -rf "$folder/slurm" "$folder/one" "$folder/jobs"
"$tool" run "$folder/raw" "$folder/one" participant || [ $? -eq 1 ]
"$tool" run "$folder/raw" "$folder/one" group
"$tool" run "$folder/raw" "$folder/slurm" participant --nprocs 1 --mem 2G --write-slurm "$folder/jobs"
"$folder/jobs/submit.sh"
# A node is lost while its task runs; the task is begun again on a node that lives.
for _ in $(seq 300); do squeue --noheader --states=R --nodelist=node2 --format=%i | grep -q . && break; sleep 0.2; done
sleep 3
lost=$(squeue --noheader --states=R --nodelist=node2 --format=%i | head -n 1)
kill -9 "${nodes[2]}"
for pid in $(ip netns pids softcord2); do kill -9 "$pid" 2>/dev/null || true; done
echo "node2 was killed while it ran ${lost:-nothing}"
scontrol update nodename=node2 state=down reason=killed
sleep 2
start_node 2
scontrol update nodename=node2 state=resume 2>/dev/null || true
for _ in $(seq 900); do [ -z "$(squeue --noheader)" ] && break; sleep 2; done
[ -z "$(squeue --noheader)" ] || { squeue; echo "test-slurm: jobs are left"; exit 1; }
sed -i 's#raw/slurm#raw/one#' "$folder/slurm/qc/ranking.js"
diff -r "$folder/one" "$folder/slurm" && echo "test-slurm: ok: the array on two nodes gives the same bytes as one process"
