struct Members {
    int kind;
    union {
        int number;
        float fraction;
    };
    struct {
        unsigned low : 4;
        int whole;
    };
    int bits : 3;
};
