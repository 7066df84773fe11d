#include <sqlite3.h>

/* Swift does not import functions with any number of arguments. */
static inline int sqlite3_leave_memory_uncounted(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
