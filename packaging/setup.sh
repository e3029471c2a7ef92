#!/usr/bin/env bash
# Installs what the build and the tests need on Debian 12, and on other Debian and Ubuntu releases that have the same
# packages. Does nothing when all is there.
#   bash packaging/setup.sh          what the program and its tests need
#   bash packaging/setup.sh --tidy   the formatter and the linter too
#   bash packaging/setup.sh --fuzz   the compiler of the fuzz targets too
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache                 # compiler and build
  libtorch-dev libopenblas0-openmp             # tensors; OpenBLAS takes the place of the slow reference BLAS
  qt6-base-dev libqt6opengl6-dev "qt6-svg-dev|libqt6svg6-dev"
  libqcustomplot-dev libimgui-dev libstb-dev libgl-dev
  libeigen3-dev libfmt-dev libtomlplusplus-dev nlohmann-json3-dev libcli11-dev zlib1g-dev libssl-dev libsvm-dev
  libzip-dev libpng-dev                        # archives of images
  libgl1-mesa-dri fonts-dejavu-core fonts-liberation ca-certificates  # to run: drivers, fonts, trust
  xvfb xauth poppler-utils                     # to test: a screen in memory, a reader of exported PDFs
)
for option in "$@"; do
  case "$option" in
    --tidy) packages+=(clang-format-14 clang-tidy-14) ;;
    --fuzz) packages+=(clang libclang-rt-14-dev) ;;
    *) echo "usage: bash packaging/setup.sh [--tidy] [--fuzz]" >&2; exit 2 ;;
  esac
done
if [ -z "${DISPLAY:-}" ] && [ -n "${WAYLAND_DISPLAY:-}" ]; then
  packages+=(qt6-wayland)  # a desktop without X11: Qt reaches it through a plugin of its own
fi

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  cat >&2 <<'TEXT'
This system has no apt-get. Install these by hand, then run cmake --preset default:
  a C++20 compiler, CMake 3.25 or newer, Ninja
  LibTorch 1.13 or 2.x (another place than the system's: CMAKE_PREFIX_PATH), preferably with OpenBLAS or MKL
  Qt 6.4 or newer (base, OpenGL, SVG), QCustomPlot 2.1 for Qt 6, Dear ImGui 1.86 with its OpenGL 3 backend, stb
  Eigen 3.4, fmt 9, toml++ 3, nlohmann-json 3.11, CLI11 2, zlib, OpenSSL 3, libsvm 3,
  libzip 1.7, libpng 1.6
  for the tests: Xvfb with xauth, poppler-utils (pdftotext)
TEXT
  exit 1
fi

installed() {
  dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^.i'
}

# Prints the first of "a|b" that is installed, or else the first that can be.
choose() {
  local name
  for name in ${1//|/ }; do
    if installed "$name"; then echo "$name"; return; fi
  done
  for name in ${1//|/ }; do
    if [ -n "$(apt-cache madison "$name" 2>/dev/null)" ]; then echo "$name"; return; fi
  done
  echo "${1%%|*}"
}

missingPackages() {
  local entry name
  for entry in "${packages[@]}"; do
    name=$(choose "$entry")
    if ! installed "$name"; then echo "$name"; fi
  done
}

mapfile -t missing < <(missingPackages)
if [ "${#missing[@]}" -gt 0 ]; then
  asRoot=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Not root, and there is no sudo. As root, run: apt-get install --no-install-recommends ${missing[*]}" >&2
      exit 1
    fi
    asRoot=(sudo)
  fi
  apt() {
    "${asRoot[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
  }
  echo "Installing: ${missing[*]}"
  # Package lists may be absent on a fresh machine, or too old to download from.
  if ! apt update -qq; then
    echo "The package lists could not be renewed; trying with those at hand." >&2
  fi
  mapfile -t missing < <(missingPackages)
  if ! apt install -y -qq --no-install-recommends "${missing[@]}"; then
    echo "apt-get could not install what is needed. Debian 12 has every package; what another system lacks must be" >&2
    echo "installed by hand (see Building against another LibTorch in README.md)." >&2
    exit 1
  fi
fi

# The program is several times slower on the reference BLAS, and gives no other sign of it.
blas=$(readlink -f "/usr/lib/$(uname -m)-linux-gnu/libblas.so.3" 2>/dev/null || true)
case "$blas" in
  *openblas* | *mkl* | *blis*) ;;
  "") ;;  # another architecture's folder; nothing can be said
  *)
    echo "Warning: libblas.so.3 is $blas and not OpenBLAS; training will be slow. Choose OpenBLAS with" >&2
    echo "  sudo update-alternatives --config libblas.so.3-$(uname -m)-linux-gnu" >&2
    ;;
esac
