typedef int (__attribute__((ms_abi)) *ms_fn)(int);
int call_ms(ms_fn call);
int __attribute__((ms_abi)) is_ms(int);
int plain(int);
