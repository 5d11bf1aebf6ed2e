#define ROTATE(re, im, c, s) \
    do { \
        const float kept_ = re; \
        re = kept_ * (c) - im * (s), im = kept_ * (s) + im * (c); \
    } while (0)

/* By a small angle, again and again: a is 1 - cos, b is sin, so that no digit of them is lost. */
#define TURN(re, im, a, b) \
    do { \
        const float kept_ = re; \
        re -= (a) * kept_ + (b) * im, im -= (a) * im - (b) * kept_; \
    } while (0)
