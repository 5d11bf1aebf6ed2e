#define ROTATE(re, im, c, s) \
    do { \
        const float kept_ = re; \
        re = kept_ * (c) - im * (s), im = kept_ * (s) + im * (c); \
    } while (0)
