/* Start-up: C's `main`, and the arguments that the program was given. */
#include "lang_internal.h"

static struct {
    size_t count;
    char **values;
} program_arguments;

int lang_start(int argc, char **argv) {
    program_arguments.count = argc > 0 ? (size_t)argc : 0;
    program_arguments.values = argv;
    return lang_main();
}

size_t lang_args_count(void) { return program_arguments.count; }

const char *lang_arg(size_t index) {
    return index < program_arguments.count ? program_arguments.values[index] : NULL;
}

int main(int argc, char **argv) { return lang_start(argc, argv); }
