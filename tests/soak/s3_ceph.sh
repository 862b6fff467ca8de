#!/bin/sh
# A real S3 on this machine: one Ceph monitor, one storage process in memory, one gateway, on loopback only.
#
#   S3_KEY=... S3_SECRET=... sh s3_ceph.sh FOLDER PORT
#
# Uses PORT and the two ports after it. Says "ready" and ends when http://127.0.0.1:PORT answers; the three processes go
# on, their ids in FOLDER/run/*.pid: end those. Everything stored is lost then. Ends with status 1 and a sentence when
# something does not come up in time.
set -eu
home=$1
port=$2
mon_new=$((port + 1))
mon_old=$((port + 2))

fail() {
    echo "$1" >&2
    tail -n 5 "$home"/log/*.log >&2 2>/dev/null || true
    exit 1
}

# wait_for SECONDS SENTENCE COMMAND...: ask five times a second until the command succeeds.
wait_for() {
    tries=$(($1 * 5))
    sentence=$2
    shift 2
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "$sentence"
        sleep 0.2
    done
}

for part in mon osd rgw run log; do mkdir -p "$home/$part"; done
chmod 700 "$home"
addresses="v2:127.0.0.1:$mon_new,v1:127.0.0.1:$mon_old"
cluster=$(cat /proc/sys/kernel/random/uuid)
disk=$(cat /proc/sys/kernel/random/uuid)
keys=$home/keyring
export CEPH_CONF="$home/ceph.conf"

cat >"$CEPH_CONF" <<CONF
[global]
fsid = $cluster
keyring = $keys
run dir = $home/run
pid file = $home/run/\$name.pid
admin socket = $home/run/\$name.asok
log file = $home/log/\$name.log
mon initial members = a
mon host = [$addresses]
ms bind ipv6 = false
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
# One copy of everything in one place group: there is one disk, and it is memory.
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
[mon]
mon data = $home/mon
mon cluster log file = $home/log/cluster.log
# No manager runs here; without this the monitor would wait for one.
mon mgr mkfs grace = 100000000
mon data avail warn = 2
mon data avail crit = 1
auth allow insecure global id reclaim = false
[osd]
osd data = $home/osd
osd objectstore = memstore
memstore device bytes = 2147483648
osd max object name len = 256
osd max object namespace len = 64
[client.rgw]
rgw data = $home/rgw
rgw frontends = beast endpoint=127.0.0.1:$port
rgw dns name = localhost
CONF

{
    ceph-authtool --create-keyring "$keys" --gen-key -n mon. --cap mon 'allow *'
    ceph-authtool "$keys" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *'
    ceph-authtool "$keys" --gen-key -n client.rgw --cap mon 'allow *' --cap osd 'allow *'
    ceph-authtool "$keys" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
    monmaptool --create --clobber --fsid "$cluster" --addv a "[$addresses]" "$home/monmap"
    ceph-mon -i a --mkfs --monmap "$home/monmap" --keyring "$keys"
    ceph-mon -i a
    timeout 20 ceph auth import -i "$keys"
    timeout 20 ceph osd new "$disk"
    ceph-osd -i 0 --mkfs --osd-uuid "$disk"
    ceph-osd -i 0
} >"$home/log/start.log" 2>&1 || fail "The storage cluster did not start."

osd_is_up() { timeout 5 ceph osd stat | grep -q '1 up'; }
wait_for 20 "The storage process did not come up." osd_is_up
radosgw -n client.rgw --keyring="$keys" >>"$home/log/start.log" 2>&1 || fail "The gateway did not start."
wait_for 30 "The gateway does not answer." curl -s -o /dev/null "http://127.0.0.1:$port/"
timeout 20 radosgw-admin user create --uid=openfloor --display-name=Openfloor \
    --access-key="$S3_KEY" --secret-key="$S3_SECRET" >>"$home/log/start.log" 2>&1 || fail "No user could be made."
echo ready
