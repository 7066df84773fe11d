// What glibc has and Swift's Glibc module does not show: the allocator's settings, mallopt(3).
#ifndef CMALLOC_H
#define CMALLOC_H

#include <malloc.h>

#endif
