/* JSON parsed by recursive descent into a tree of values. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS = 20000, ROUNDS = 10, MAX_DEPTH = 100 };

struct text {
    char *bytes;
    size_t len, capacity;
};

enum kind { NUL, BOOL, NUMBER, TEXT, ARRAY, OBJECT };

struct value {
    enum kind kind;
    union {
        bool boolean;
        double number;
        struct text text;
        struct {
            struct value *elements;
            size_t len, capacity;
        } array;
        struct {
            struct member *members;
            size_t len, capacity;
        } object;
    };
};

struct member {
    struct text name;
    struct value value;
};

struct parser {
    const char *bytes;
    size_t len, at;
    int depth;
};

/* --- Texts --- */

static void *resize(void *memory, size_t size) {
    memory = realloc(memory, size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static void push_str(struct text *text, const char *bytes, size_t len) {
    if (text->capacity - text->len <= len) {
        size_t needed = text->len + len + 1;
        text->capacity = text->capacity * 2 > needed ? text->capacity * 2 : needed;
        text->bytes = resize(text->bytes, text->capacity);
    }
    memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
    text->bytes[text->len] = 0;
}

static void push_utf8(struct text *text, uint32_t scalar) {
    char bytes[4];
    size_t len = 0;
    if (scalar < 0x80) {
        bytes[len++] = (char)scalar;
    } else if (scalar < 0x800) {
        bytes[len++] = (char)(0xC0 | scalar >> 6);
        bytes[len++] = (char)(0x80 | (scalar & 0x3F));
    } else {
        bytes[len++] = (char)(0xE0 | scalar >> 12);
        bytes[len++] = (char)(0x80 | (scalar >> 6 & 0x3F));
        bytes[len++] = (char)(0x80 | (scalar & 0x3F));
    }
    push_str(text, bytes, len);
}

/* --- Values --- */

static void drop(struct value *value) {
    switch (value->kind) {
    case NUL:
    case BOOL:
    case NUMBER:
        break;
    case TEXT:
        free(value->text.bytes);
        break;
    case ARRAY:
        for (size_t i = 0; i < value->array.len; i++) {
            drop(&value->array.elements[i]);
        }
        free(value->array.elements);
        break;
    case OBJECT:
        for (size_t i = 0; i < value->object.len; i++) {
            free(value->object.members[i].name.bytes);
            drop(&value->object.members[i].value);
        }
        free(value->object.members);
        break;
    }
}

static double sum_of(const struct value *value) {
    double sum = 0;
    switch (value->kind) {
    case NUL:
        return 1;
    case BOOL:
        return value->boolean ? 2 : 3;
    case NUMBER:
        return value->number;
    case TEXT:
        return (double)value->text.len;
    case ARRAY:
        for (size_t i = 0; i < value->array.len; i++) {
            sum += sum_of(&value->array.elements[i]);
        }
        return sum;
    case OBJECT:
        for (size_t i = 0; i < value->object.len; i++) {
            sum += (double)value->object.members[i].name.len + sum_of(&value->object.members[i].value);
        }
        return sum;
    }
    return sum;
}

/* --- Parsing --- */

/* The next byte, or 0 at the end. */
static char peek(const struct parser *parser) { return parser->at < parser->len ? parser->bytes[parser->at] : 0; }

static void skip_space(struct parser *parser) {
    while (1) {
        char byte = peek(parser);
        if (byte != ' ' && byte != '\n' && byte != '\t' && byte != '\r') {
            return;
        }
        parser->at++;
    }
}

static bool takes(struct parser *parser, const char *word) {
    size_t len = strlen(word);
    if (parser->len - parser->at < len || memcmp(parser->bytes + parser->at, word, len) != 0) {
        return false;
    }
    parser->at += len;
    return true;
}

static bool skip_digits(struct parser *parser) {
    size_t start = parser->at;
    while (peek(parser) >= '0' && peek(parser) <= '9') {
        parser->at++;
    }
    return parser->at > start;
}

static bool parse_number(struct parser *parser, double *number) {
    size_t start = parser->at;
    if (peek(parser) == '-') {
        parser->at++;
    }
    if (!skip_digits(parser)) {
        return false;
    }
    if (peek(parser) == '.') {
        parser->at++;
        if (!skip_digits(parser)) {
            return false;
        }
    }
    if (peek(parser) == 'e' || peek(parser) == 'E') {
        parser->at++;
        if (peek(parser) == '+' || peek(parser) == '-') {
            parser->at++;
        }
        if (!skip_digits(parser)) {
            return false;
        }
    }
    *number = strtod(parser->bytes + start, NULL);
    return true;
}

static bool parse_hex(struct parser *parser, uint32_t *unit) {
    if (parser->len - parser->at < 4) {
        return false;
    }
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        char byte = parser->bytes[parser->at++];
        uint32_t digit;
        if (byte >= '0' && byte <= '9') {
            digit = (uint32_t)(byte - '0');
        } else if (byte >= 'a' && byte <= 'f') {
            digit = (uint32_t)(byte - 'a') + 10;
        } else if (byte >= 'A' && byte <= 'F') {
            digit = (uint32_t)(byte - 'A') + 10;
        } else {
            return false;
        }
        *unit = *unit * 16 + digit;
    }
    return *unit < 0xD800 || *unit > 0xDFFF;
}

static bool parse_escape(struct parser *parser, struct text *text) {
    uint32_t scalar;
    switch (peek(parser)) {
    case '"':
    case '\\':
    case '/':
        scalar = (uint32_t)peek(parser);
        break;
    case 'b':
        scalar = '\b';
        break;
    case 'f':
        scalar = '\f';
        break;
    case 'n':
        scalar = '\n';
        break;
    case 'r':
        scalar = '\r';
        break;
    case 't':
        scalar = '\t';
        break;
    case 'u':
        parser->at++;
        if (!parse_hex(parser, &scalar)) {
            return false;
        }
        push_utf8(text, scalar);
        return true;
    default:
        return false;
    }
    parser->at++;
    push_utf8(text, scalar);
    return true;
}

/* `text` must be freed in any case. */
static bool parse_text(struct parser *parser, struct text *text) {
    *text = (struct text){NULL, 0, 0};
    parser->at++;
    while (1) {
        size_t start = parser->at;
        while (parser->at < parser->len && parser->bytes[parser->at] != '"' && parser->bytes[parser->at] != '\\' &&
               (unsigned char)parser->bytes[parser->at] >= 0x20) {
            parser->at++;
        }
        push_str(text, parser->bytes + start, parser->at - start);
        switch (peek(parser)) {
        case '"':
            parser->at++;
            return true;
        case '\\':
            parser->at++;
            if (!parse_escape(parser, text)) {
                return false;
            }
            break;
        default:
            return false;
        }
    }
}

static bool parse_value(struct parser *parser, struct value *value);

static bool parse_array(struct parser *parser, struct value *value) {
    *value = (struct value){.kind = ARRAY, .array = {NULL, 0, 0}};
    parser->at++;
    skip_space(parser);
    if (peek(parser) == ']') {
        parser->at++;
        return true;
    }
    while (1) {
        if (value->array.len == value->array.capacity) {
            value->array.capacity = value->array.capacity > 0 ? value->array.capacity * 2 : 4;
            value->array.elements =
                resize(value->array.elements, value->array.capacity * sizeof *value->array.elements);
        }
        struct value *element = &value->array.elements[value->array.len++];
        element->kind = NUL;
        if (!parse_value(parser, element)) {
            return false;
        }
        skip_space(parser);
        switch (peek(parser)) {
        case ',':
            parser->at++;
            break;
        case ']':
            parser->at++;
            return true;
        default:
            return false;
        }
    }
}

static bool parse_object(struct parser *parser, struct value *value) {
    *value = (struct value){.kind = OBJECT, .object = {NULL, 0, 0}};
    parser->at++;
    skip_space(parser);
    if (peek(parser) == '}') {
        parser->at++;
        return true;
    }
    while (1) {
        if (value->object.len == value->object.capacity) {
            value->object.capacity = value->object.capacity > 0 ? value->object.capacity * 2 : 4;
            value->object.members =
                resize(value->object.members, value->object.capacity * sizeof *value->object.members);
        }
        struct member *member = &value->object.members[value->object.len++];
        *member = (struct member){{NULL, 0, 0}, {.kind = NUL}};
        skip_space(parser);
        if (peek(parser) != '"' || !parse_text(parser, &member->name)) {
            return false;
        }
        skip_space(parser);
        if (peek(parser) != ':') {
            return false;
        }
        parser->at++;
        if (!parse_value(parser, &member->value)) {
            return false;
        }
        skip_space(parser);
        switch (peek(parser)) {
        case ',':
            parser->at++;
            break;
        case '}':
            parser->at++;
            return true;
        default:
            return false;
        }
    }
}

/* Sets `value`, which must be dropped in any case, but only if it is a whole one returns true. */
static bool parse_value(struct parser *parser, struct value *value) {
    bool whole;
    *value = (struct value){.kind = NUL};
    skip_space(parser);
    switch (peek(parser)) {
    case '{':
    case '[':
        if (parser->depth == MAX_DEPTH) {
            return false;
        }
        parser->depth++;
        whole = peek(parser) == '{' ? parse_object(parser, value) : parse_array(parser, value);
        parser->depth--;
        return whole;
    case '"':
        value->kind = TEXT;
        return parse_text(parser, &value->text);
    case 'n':
        return takes(parser, "null");
    case 't':
        value->kind = BOOL;
        value->boolean = true;
        return takes(parser, "true");
    case 'f':
        value->kind = BOOL;
        value->boolean = false;
        return takes(parser, "false");
    default:
        value->kind = NUMBER;
        return parse_number(parser, &value->number);
    }
}

static bool parse(const struct text *text, struct value *value) {
    struct parser parser = {text->bytes, text->len, 0, 0};
    bool whole = parse_value(&parser, value);
    skip_space(&parser);
    return whole && parser.at == parser.len;
}

/* --- The input --- */

static struct text generate(void) {
    struct text text = {NULL, 0, 0};
    uint64_t state = 1;
    push_str(&text, "[\n", 2);
    for (int i = 0; i < RECORDS; i++) {
        char line[400];
        state = state * 6364136223846793005u + 1442695040888963407u;
        unsigned number = (unsigned)(state >> 40);
        int len = snprintf(
            line, sizeof line,
            "  {\"id\": %d, \"name\": \"item number %u\", \"price\": %u.%02u, \"active\": %s,\n"
            "   \"tags\": [\"plain\", \"with \\\"quotes\\\"\", \"caf\\u00e9\", \"%x\"], \"parent\": null,\n"
            "   \"position\": {\"x\": -%u.5e-2, \"y\": %u, \"path\": [%u, %u, %u, [], {}]}}%s\n",
            i, number, number >> 8, number % 100, number & 1 ? "true" : "false", number, number & 4095,
            number >> 12, number & 7, number >> 3 & 63, number >> 9, i + 1 < RECORDS ? "," : "");
        push_str(&text, line, (size_t)len);
    }
    push_str(&text, "]\n", 2);
    return text;
}

int main(void) {
    struct text text = generate();
    double sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct value value;
        if (!parse(&text, &value)) {
            puts("this is not JSON");
            return 1;
        }
        sum += sum_of(&value);
        drop(&value);
    }
    printf("%zu %.3f\n", text.len, sum);
    free(text.bytes);
    return 0;
}
