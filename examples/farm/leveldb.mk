# leveldb 1.20 with snappy, from the sources that the npm package leveldown carries: 45 objects.
leveldb := deps/leveldb/leveldb-1.20
snappy := deps/snappy

CXX ?= g++
CXXFLAGS := -O2 -std=c++11 -pthread -fno-builtin-memcmp -w
CPPFLAGS := -DOS_LINUX -DLEVELDB_PLATFORM_POSIX -DSNAPPY -DHAVE_CONFIG_H -DNDEBUG \
  -I$(leveldb) -I$(leveldb)/include -I$(snappy)/linux -I$(snappy)/snappy

found := $(foreach folder,db table util port helpers/memenv,$(wildcard $(leveldb)/$(folder)/*.cc)) \
  $(wildcard $(snappy)/snappy/*.cc)
sources := $(filter-out %_test.cc %-test.cc %_unittest.cc %/db_bench.cc %/leveldbutil.cc \
  %/testharness.cc %/testutil.cc,$(found))
objects := $(sources:.cc=.o)

show: show.cc $(objects)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -o $@ $^

%.o: %.cc
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -c -o $@ $<
