# Shared by the style checks: they speak TAP, one case per rule, with what broke it as comments.
srcdir=${AJ_SRCDIR:-.}
builddir=${AJ_BUILDDIR:-.}
cd "$srcdir" || exit 99
count=0

# The project's own C files.
c_files() {
	find src ui local data -name '*.[ch]' | LC_ALL=C sort
}

# report WHAT COMPLAINTS: a case passes when there are no complaints.
report() {
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		printf '%s\n' "$2" | sed 's/^/# /'
		echo "not ok $count - $1"
	fi
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

plan() {
	echo "1..$count"
}
