# The Debian part of the set-up, sourced by tools/setup; it serves Ubuntu and other derivatives too.

# install_debian PACKAGE…: with apt, as root or by a sudo that asks no password; false where neither is.
install_debian() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root=sudo
    else
        return 1
    fi
    say "installing with ${as_root:+$as_root }apt-get: $*"
    # The package lists may be missing (containers) or stale, so a failure is tried again with new ones.
    apt_install "$@" 2>/dev/null ||
        { $as_root apt-get update -qq -o Acquire::Retries=3 && apt_install "$@"; } >&2
}

apt_install() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

# unpack_debian FOLDER PACKAGE…: the packages, and what they need that the system lacks, without root.
# FOLDER appears only when it is complete.
unpack_debian() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then return 1; fi
    folder=$1
    shift
    scratch=$place/$venv/unpacking
    rm -rf "$scratch" "$folder"
    mkdir -p "$scratch/lists/partial" "$scratch/cache" "$scratch/debs" "$scratch/root"
    # With the system's package lists where they serve, else with new ones in a folder of our own.
    : >"$scratch/apt.conf"
    if ! download_debs "$@" >"$scratch/log" 2>&1; then
        printf '%s "%s";\n' Dir::State::lists "$scratch/lists" Dir::Cache "$scratch/cache" \
            >"$scratch/apt.conf"
        if ! { apt update && download_debs "$@"; } >"$scratch/log" 2>&1; then
            cat "$scratch/log" >&2
            return 1
        fi
    fi
    for deb in "$scratch"/debs/*.deb; do
        dpkg-deb -x "$deb" "$scratch/root" || return 1
    done
    mv "$scratch/root" "$folder"
    rm -rf "$scratch"
}

apt() { apt-get -q -c "$scratch/apt.conf" -o Acquire::Retries=3 -o Acquire::Languages=none "$@"; }

# apt prints "Inst NAME (VERSION …" for a package to be added, and "Inst NAME [VERSION] …" for one to be
# upgraded, which is there already.
download_debs() {
    plan=$(apt install --simulate --no-install-recommends "$@") || return 1
    names=$(echo "$plan" | awk '$1 == "Inst" && $3 ~ /^\(/ { print $2 }')
    # shellcheck disable=SC2086 # one word per package
    (cd "$scratch/debs" && apt download $names)
}

# ngspice and the libraries it lacks, under the environment. A run path in each ELF file, relative to
# the file itself, lets them find one another, so that neither the engine nor the user sets LD_LIBRARY_PATH.
unpack_ngspice() {
    say "unpacking ngspice into $venv/ngspice (no root here)"
    unpack_debian "$venv/ngspice.new" ngspice libngspice0 patchelf || return 1
    tree=$venv/ngspice.new
    triplet=$(basename "$(dirname "$(echo "$tree"/usr/lib/*/libngspice.so.0)")")
    if [ -d "$tree/lib/$triplet" ]; then mv "$tree/lib/$triplet"/* "$tree/usr/lib/$triplet/"; fi
    patchelf=$(command -v patchelf || echo "$tree/usr/bin/patchelf")
    find "$tree/usr/lib/$triplet" -maxdepth 1 -type f -name '*.so*' \
        -exec "$patchelf" --set-rpath '$ORIGIN' {} + || return 1
    "$patchelf" --set-rpath "\$ORIGIN/../lib/$triplet" "$tree/usr/bin/ngspice" || return 1
    rm -rf "$venv/ngspice"
    mv "$tree" "$venv/ngspice"
    link_unpacked_ngspice
}

# What holds absolute paths: the start-up file, which loads the code models, and a wrapper that names
# it. ngspice wants a path with spaces between single quotes.
link_unpacked_ngspice() {
    tree=$place/$venv/ngspice
    spinit=$tree/usr/share/ngspice/scripts/spinit
    models=$(echo "$tree"/usr/lib/*/ngspice)
    sed "s|^\( *codemodel \).*/\([a-z0-9]*\.cm\).*|\1'$models/\2'|" "$spinit" >"$spinit.new"
    mv "$spinit.new" "$spinit"
    cat >"$venv/bin/ngspice" <<EOF
#!/bin/sh
SPICE_LIB_DIR=\${SPICE_LIB_DIR:-'$tree/usr/share/ngspice'} exec '$tree/usr/bin/ngspice' "\$@"
EOF
    chmod +x "$venv/bin/ngspice"
}
