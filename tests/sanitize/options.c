/* Linked into the sanitizer build: options by variable would be lost where a test sets the whole
 * environment, and would show in main's. */
const char *__asan_default_options(void);

/* The sanitizer must leave alone what the tests look at: handlers of signals, and children (it
 * searches for leaks from a traced process of its own). The core allocates nothing that could leak.
 */
const char *__asan_default_options(void)
{
    return "detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:"
           "handle_abort=0:use_sigaltstack=0";
}
