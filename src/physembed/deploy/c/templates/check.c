/* Does the program say here what it said in Python? Prints PASS or FAIL.
 *
 * On a machine with an operating system: make check. On a Cortex-M without one, compiled with
 * -DSEMIHOSTING, it speaks to the debugger, or to QEMU, and says what the prediction cost.
 */
#include "@NAME@.h"
#include "@NAME@_vectors.h"

static @NAME@_memory memory;
//if STREAM
static @NAME@_stream stream;

/* What is said of a case whose samples come one by one. */
static int pushed(const @SAMPLE@ *series)
{
    @SAMPLE@ sample[@UPPER@_CHANNELS];
    int label = @UPPER@_WAITING;
    @NAME@_begin(&stream);
    for (int t = 0; t < @UPPER@_TIMEPOINTS; t++) {
        for (int c = 0; c < @UPPER@_CHANNELS; c++)
            sample[c] = series[c * @UPPER@_TIMEPOINTS + t];
        label = @NAME@_push(&stream, sample, &memory, 0);
    }
    return label;
}
//end

#ifdef SEMIHOSTING
extern uint32_t _stack, _data_at, _data, _data_end, _bss, _bss_end;

static int call(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void say(const char *text) { call(4, text); }

static int finish(int failed)
{
    /* 0x20026: stopped as asked */
    call(0x18, failed ? (const void *)0x20023 : (const void *)0x20026);
    return failed;
}

/* SysTick counts down, 24 bits; interrupts are not used. */
static volatile uint32_t *const systick = (volatile uint32_t *)0xe000e010;

static void start_clock(void) { systick[1] = 0xffffff, systick[2] = 0, systick[0] = 5; }
static uint32_t ticks(void) { return 0xffffff - systick[2]; }

/* What the prediction writes below the stack's top is found by what it leaves of a pattern. */
#ifndef PAINTED
#define PAINTED 2048
#endif
static uint32_t *stack_now(void)
{
    uint32_t *sp;
    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return sp;
}
#else
#include <stdio.h>
static void say(const char *text) { fputs(text, stdout); }
static int finish(int failed) { return failed; }
#endif

static void say_number(const char *before, unsigned long value, const char *after)
{
    char digits[24];
    int at = sizeof digits - 1;
    digits[at] = 0;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    say(before), say(digits + at), say(after);
}

//if WHOLE
//else
static float apart(float a, float b) { return a > b ? a - b : b - a; }
//end

int main(void)
{
    int failed = 0;
    for (int k = 0; k < @UPPER@_VECTORS; k++) {
        @SCORE@ scores[@UPPER@_SCORES];
        const int label = @NAME@_predict(@NAME@_cases[k], &memory, scores);
        int wrong = label != @NAME@_classes[k];
        for (int s = 0; s < @UPPER@_SCORES; s++) {
//if WHOLE
            wrong |= scores[s] != @NAME@_expected[k][s];
//else
            const float expected = @NAME@_expected[k][s];
            if (!(apart(scores[s], expected) <= @ABSOLUTE@ + @RELATIVE@ * apart(expected, 0)))
                wrong = 1;
//end
        }
//if STREAM
        wrong |= pushed(@NAME@_cases[k]) != label;
//end
        if (wrong)
            say_number("case ", (unsigned long)k, " differs\n");
        failed += wrong;
    }
#ifdef SEMIHOSTING
    /* as far down as there is room above the variables */
    uint32_t *const top = stack_now() - 16;
    volatile uint32_t *bottom = top - PAINTED < &_bss_end ? &_bss_end : top - PAINTED;
    const int painted = (int)(top - bottom);
    for (int i = 0; i < painted; i++)
        bottom[i] = 0x5a5a5a5a;
    @SCORE@ last[@UPPER@_SCORES];
    start_clock();
    @NAME@_predict(@NAME@_cases[0], &memory, last);
    const uint32_t passed = ticks();
    int untouched = 0;
    while (untouched < painted && bottom[untouched] == 0x5a5a5a5a)
        untouched++;
    say_number("ticks ", passed, "\n");
    say_number("stack ", 4ul * (unsigned long)(painted + 16 - untouched), "\n");
#endif
    say_number(failed ? "FAIL " : "PASS ", (unsigned long)(@UPPER@_VECTORS - failed), " of ");
    say_number("", @UPPER@_VECTORS, " cases\n");
    return finish(failed != 0);
}

#ifdef SEMIHOSTING
void reset(void)
{
    const uint32_t *from = &_data_at;
    for (uint32_t *to = &_data; to < &_data_end;)
        *to++ = *from++;
    for (uint32_t *to = &_bss; to < &_bss_end;)
        *to++ = 0;
#ifdef __ARM_FP
    *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20; /* the floating-point unit on */
    __asm__ volatile("dsb; isb");
#endif
    main();
    for (;;)
        ;
}

static void fault(void)
{
    say("FAULT\n");
    finish(1);
}

__attribute__((section(".vectors"), used)) void (*const vectors[4])(void) = {
    (void (*)(void)) & _stack, reset, fault, fault};
#endif
