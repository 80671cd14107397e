# re2 with abseil, from the sources that the npm package re2 carries: 100 objects.
CXX ?= g++
CXXFLAGS := -O2 -std=c++17 -pthread -w
CPPFLAGS := -DNDEBUG -Ivendor/re2 -Ivendor/abseil-cpp

# The package's own list; what it has for node itself stands in lib/.
sources := $(filter-out %_win.cc %/win32_waiter.cc,$(shell grep -o 'vendor/[^"]*\.cc' binding.gyp))
objects := $(sources:.cc=.o)

all: $(objects)

%.o: %.cc
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -c -o $@ $<
