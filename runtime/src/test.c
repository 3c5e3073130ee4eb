/* Running the tests of a test build, one after another. */
#include "lang_internal.h"

struct selection {
    bool exact;
    bool list;
};

static void say(const char *text) { lang_put(text, lang_length(text)); }

static void say_size(size_t value) { lang_print_u64(value, NULL); }

static bool same(const char *left, const char *right) {
    size_t length = lang_length(left);
    return length == lang_length(right) && memcmp(left, right, length) == 0;
}

static bool contains(const struct lang_test *test, const char *part) {
    size_t length = lang_length(part);
    for (size_t start = 0; start + length <= test->name_len; start++) {
        if (memcmp(test->name + start, part, length) == 0) {
            return 1;
        }
    }
    return 0;
}

static bool is_option(const char *argument) { return argument[0] == '-' && argument[1] == '-'; }

static bool selected(const struct lang_test *test, struct selection selection) {
    size_t filters = 0;
    for (size_t index = 1; index < lang_args_count(); index++) {
        const char *filter = lang_arg(index);
        if (is_option(filter)) {
            continue;
        }
        filters++;
        if (contains(test, filter) && (!selection.exact || lang_length(filter) == test->name_len)) {
            return 1;
        }
    }
    return filters == 0;
}

static void begin_test_line(const struct lang_test *test) {
    say("test ");
    lang_put(test->name, test->name_len);
}

static void list_tests(const struct lang_test *tests, size_t count, struct selection selection) {
    lang_print_begin(1);
    for (size_t index = 0; index < count; index++) {
        if (selected(&tests[index], selection)) {
            lang_put(tests[index].name, tests[index].name_len);
            say(": test\n");
        }
    }
    lang_print_end();
}

/* The number of `--run=12`, or `count` where the argument names no test so. */
static size_t numbered(const char *argument, size_t count) {
    size_t prefix = lang_length("--run=");
    if (lang_length(argument) <= prefix || memcmp(argument, "--run=", prefix) != 0) {
        return count;
    }
    const char *digit = argument + prefix;
    size_t number = 0;
    for (; *digit != 0; digit++) {
        if (*digit < '0' || *digit > '9' || number >= count) {
            return count;
        }
        number = number * 10 + (size_t)(*digit - '0');
    }
    return number < count ? number : count;
}

/* Runs one test. The line begins before it, so that a crash shows where it happened. */
static bool run_test(const struct lang_test *test) {
    lang_print_begin(1);
    begin_test_line(test);
    say(" ... ");
    lang_print_end();
    bool passed = test->run() == 0;
    /* A panic may have left messages open. */
    lang_put_reset();
    lang_print_begin(1);
    say(passed ? "ok\n" : "FAILED\n");
    lang_print_end();
    return passed;
}

static void summarise(size_t passed, size_t failed, size_t filtered) {
    lang_print_begin(1);
    say("\ntest result: ");
    say(failed == 0 ? "ok. " : "FAILED. ");
    say_size(passed);
    say(" passed; ");
    say_size(failed);
    say(" failed; ");
    say_size(filtered);
    say(" filtered out\n");
    lang_print_end();
}

int lang_test_main(const struct lang_test *tests, size_t count) {
    struct selection selection = {0, 0};
    for (size_t index = 1; index < lang_args_count(); index++) {
        const char *argument = lang_arg(index);
        if (same(argument, "--exact")) {
            selection.exact = 1;
        } else if (same(argument, "--list")) {
            selection.list = 1;
        } else if (numbered(argument, count) < count) {
            return tests[numbered(argument, count)].run();
        } else if (is_option(argument)) {
            lang_print_begin(2);
            say("unknown option ");
            say(argument);
            say(": there are --exact, --list and --run=NUMBER");
            lang_put_end();
            return 2;
        }
    }
    if (selection.list) {
        list_tests(tests, count, selection);
        return 0;
    }
    size_t passed = 0;
    size_t failed = 0;
    size_t filtered = 0;
    for (size_t index = 0; index < count; index++) {
        if (!selected(&tests[index], selection)) {
            filtered++;
        } else if (run_test(&tests[index])) {
            passed++;
        } else {
            failed++;
        }
    }
    summarise(passed, failed, filtered);
    return failed == 0 ? 0 : 1;
}
