#include <string>
#include <vector>

extern "C" const char *first_word(void) {
    static const std::vector<std::string> words{"first", "second"};
    return words.at(0).c_str();
}
