#pragma once
int ct_placeholder(void);
